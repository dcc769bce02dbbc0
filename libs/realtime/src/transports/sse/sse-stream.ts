import type { ServerResponse } from 'node:http';
import { CONTROL, type Position } from 'nestjs-realtime-protocol';
import type { Batch } from '../../bus/batch.js';
import type { ResolvedOptions } from '../../realtime.options.js';
import type { Connection, Connections } from '../connections.js';
import type { Beating, Heartbeats } from '../heartbeats.js';
import type { HttpExchange } from '../http-exchange.js';
import { jitter } from '../../timing/jitter.js';
import { heartbeatFrame, retryField, type SseEncoding, sseFrame } from './sse-encoding.js';
import { SseOutput } from './sse-output.js';

/** What a stream is about. */
export interface SseSource {
  /** How far the client has read, for heartbeats; undefined where ids are not cursors. */
  readonly cursor: Position | undefined;
  /** Too much was waiting and now is gone. */
  drained?(): void;
  /** The stream has ended. Called once. */
  close(): void;
}

/** What all streams share. */
export interface SseShared {
  readonly options: ResolvedOptions;
  readonly connections: Connections;
  readonly heartbeats: Heartbeats;
}

/** One open `text/event-stream` response: heartbeats, age, drain and end, whatever it streams. */
export class SseStream implements Connection, Beating {
  private readonly output: SseOutput;
  private readonly endsAt: number;
  private readonly slot: number;
  private source: SseSource | undefined;
  private lagging = false;
  private ended = false;

  constructor(
    exchange: HttpExchange,
    response: ServerResponse,
    private readonly shared: SseShared,
  ) {
    const { sse } = shared.options;
    this.endsAt = performance.now() + sse.maxAgeMs * (0.8 + Math.random() * 0.2);
    this.output = new SseOutput(exchange, response, `${retryField(jitter(sse.retryMs))}\n`);
    this.slot = shared.heartbeats.add(this);
    shared.connections.add(this);
    exchange.onClose(() => this.closed());
  }

  /** From here on the stream is about `source`. */
  attach(source: SseSource): void {
    this.source = source;
    if (this.ended) source.close();
  }

  /** @returns false when too much is waiting: write nothing more until `source.drained` */
  events(batch: Batch, encoding: SseEncoding): boolean {
    return this.ended || this.output.batch(batch, encoding) || this.lag();
  }

  /** Writes one event. @returns as `events` */
  event(type: string, id: Position | undefined, data: unknown): boolean {
    return this.text(sseFrame(type, id, JSON.stringify(data) ?? 'null'));
  }

  /** Writes frames. @returns as `events` */
  text(frames: string): boolean {
    return this.ended || this.output.text(frames) || this.lag();
  }

  /** Bytes waiting for the client in this process. */
  get waitingBytes(): number {
    return this.output.waitingBytes;
  }

  beat(): void {
    if (performance.now() >= this.endsAt) return this.drain(jitter(this.shared.options.sse.retryMs));
    // What is lagging has bytes on the way.
    if (!this.lagging) this.text(heartbeatFrame(this.source?.cursor));
  }

  drain(retryMs: number): void {
    const closing = sseFrame(CONTROL.closing, this.source?.cursor, JSON.stringify({ retryMs }));
    this.end(retryField(retryMs) + closing);
  }

  /** Ends the response after what was written. */
  end(last?: string): void {
    if (this.ended) return;
    this.release();
    this.output.end(last);
  }

  destroy(): void {
    this.output.destroy();
  }

  private lag(): false {
    this.lagging = true;
    this.output.onDrain(() => {
      this.lagging = false;
      if (!this.ended) this.source?.drained?.();
    });
    return false;
  }

  private closed(): void {
    this.release();
    this.shared.connections.remove(this);
  }

  private release(): void {
    if (this.ended) return;
    this.ended = true;
    this.shared.heartbeats.remove(this, this.slot);
    this.output.release();
    this.source?.close();
  }
}
