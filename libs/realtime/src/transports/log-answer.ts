import { HEADERS, type Position, type ResetReason } from 'nestjs-realtime-protocol';
import type { Batch, Encoding } from '../bus/batch.js';
import type { TopicRef } from '../bus/topic-ref.js';
import { envelope } from './envelope.js';
import type { HttpExchange } from './http-exchange.js';
import { retryAfter } from '../timing/jitter.js';

/** The answers of polls in log mode. Norm: docs/PROTOCOL.md, Polls, Log mode. */
export class LogAnswer {
  constructor(
    private readonly exchange: HttpExchange,
    private readonly ref: TopicRef,
  ) {}

  /** Events, up to the last of `batch`. */
  events(batch: Batch): void {
    this.body(batch.events.at(-1)!.position, batch.as(pollBody));
  }

  /** Nothing but a cursor to go on from: a first poll. */
  async first(cursor: Position): Promise<void> {
    const snapshot = await this.snapshot();
    this.body(cursor, `{"cursor":"${cursor}","events":[]${snapshot}}`);
  }

  async reset(reason: ResetReason, cursor: Position): Promise<void> {
    const snapshot = await this.snapshot();
    this.body(cursor, `{"cursor":"${cursor}","events":[],"reset":{"reason":"${reason}"}${snapshot}}`);
  }

  /** Nothing new up to `cursor`. */
  nothing(cursor: Position, retryMs?: number): void {
    const headers = {
      ...this.headers(cursor),
      ...(retryMs !== undefined && { 'Retry-After': retryAfter(retryMs) }),
    };
    this.exchange.end(this.exchange.header('if-none-match') === undefined ? 204 : 304, headers);
  }

  private body(cursor: Position, body: string | Buffer): void {
    this.exchange.end(
      200,
      { ...this.headers(cursor), 'Content-Type': 'application/json; charset=utf-8' },
      body,
    );
  }

  private headers(cursor: Position): Record<string, string> {
    return { ...answerHeaders(this.exchange, cursor), ETag: `W/"${cursor}"` };
  }

  private async snapshot(): Promise<string> {
    if (!this.ref.load) return '';
    return `,"snapshot":${JSON.stringify(await this.ref.load()) ?? 'null'}`;
  }
}

/** Headers on every answer to a poll. */
export function answerHeaders(exchange: HttpExchange, cursor: Position): Record<string, string> {
  return {
    [HEADERS.cursor]: cursor.toString(),
    ...(!exchange.hasHeader('cache-control') && { 'Cache-Control': 'private, no-cache' }),
  };
}

const pollBody: Encoding<Buffer> = {
  encode: (events) =>
    Buffer.from(`{"cursor":"${events.at(-1)!.id}","events":[${events.map(envelope).join(',')}]}`),
};
