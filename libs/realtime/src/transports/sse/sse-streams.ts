import { Inject, Injectable } from '@nestjs/common';
import { REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { Connections } from '../connections.js';
import { Heartbeats } from '../heartbeats.js';
import type { HttpExchange } from '../http-exchange.js';
import { type SseShared, SseStream } from './sse-stream.js';

/** What streams share, and where they begin. */
@Injectable()
export class SseStreams implements SseShared {
  constructor(
    @Inject(REALTIME_OPTIONS) readonly options: ResolvedOptions,
    readonly connections: Connections,
    readonly heartbeats: Heartbeats,
  ) {}

  /**
   * Sends the headers and opens a stream.
   * @returns undefined when nothing is to be streamed: the client has left, or asked for the headers only
   * @throws RealtimeError `shutting-down`
   */
  open(exchange: HttpExchange): SseStream | undefined {
    this.connections.admit();
    exchange.take();
    if (exchange.isGone) return undefined;
    const stream = new SseStream(exchange, this);
    if (!exchange.isHead) return stream;
    stream.end();
    return undefined;
  }
}
