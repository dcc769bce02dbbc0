import type { Position, ResetReason } from 'nestjs-realtime-protocol';
import type { Batch, Encoding } from '../bus/batch.js';
import type { TopicRef } from '../bus/topic-ref.js';
import { answerHeaders } from './answer-headers.js';
import { envelope } from './envelope.js';
import type { HttpExchange } from './http-exchange.js';

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };

/** The answers of polls in log mode. Norm: docs/PROTOCOL.md, Polls, Log mode. */
export class LogAnswer {
  /** @param retryMs when to ask again, once there is nothing more to be had */
  constructor(
    private readonly exchange: HttpExchange,
    private readonly ref: TopicRef,
    private readonly retryMs?: number,
  ) {}

  /** Events, up to the last of `batch`. `more`: others are waiting, to be asked for at once. */
  events(batch: Batch, more = false): void {
    const cursor = batch.events.at(-1)!.position;
    this.send(200, cursor, more ? undefined : this.retryMs, batch.as(pollBody));
  }

  /** Nothing but a cursor to go on from: a first poll. */
  async first(cursor: Position): Promise<void> {
    const snapshot = await this.snapshot();
    this.send(200, cursor, this.retryMs, `{"cursor":"${cursor}","events":[]${snapshot}}`);
  }

  async reset(reason: ResetReason, cursor: Position): Promise<void> {
    const snapshot = await this.snapshot();
    const body = `{"cursor":"${cursor}","events":[],"reset":{"reason":"${reason}"}${snapshot}}`;
    this.send(200, cursor, this.retryMs, body);
  }

  /** Nothing new up to `cursor`. */
  nothing(cursor: Position, retryMs = this.retryMs): void {
    this.send(this.exchange.header('if-none-match') === undefined ? 204 : 304, cursor, retryMs);
  }

  private send(status: number, cursor: Position, retryMs: number | undefined, body?: string | Buffer): void {
    const headers = () => ({
      ...answerHeaders(this.exchange, cursor, retryMs),
      ETag: `W/"${cursor}"`,
      ...(body !== undefined && JSON_TYPE),
    });
    this.exchange.end(status, headers, body);
  }

  private async snapshot(): Promise<string> {
    if (!this.ref.load) return '';
    return `,"snapshot":${JSON.stringify(await this.ref.load()) ?? 'null'}`;
  }
}

const pollBody: Encoding<Buffer> = {
  encode: (events) =>
    Buffer.from(`{"cursor":"${events.at(-1)!.id}","events":[${events.map(envelope).join(',')}]}`),
};
