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
   * Has a stream open when Nest replies: the headers leave, and `begin` writes what there is. It is not called
   * when the client has left by then, or asked for the headers only.
   */
  open(exchange: HttpExchange, begin: (stream: SseStream) => void): void {
    exchange.stream((take) => {
      this.connections.admit();
      exchange.hold();
      const stream = new SseStream(exchange, take(), this);
      if (exchange.isHead) stream.end();
      else begin(stream);
      return () => stream.end();
    });
  }
}
