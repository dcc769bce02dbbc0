import { Logger } from '@nestjs/common';
import { CONTROL, type Position, type ResetReason } from 'nestjs-realtime-protocol';
import type { Batch } from '../../bus/batch.js';
import type { Reader, ReaderSink } from '../../bus/reader.js';
import type { TopicRef } from '../../bus/topic-ref.js';
import type { Since } from '../../engines/engine.interface.js';
import type { SseEncoding } from './sse-encoding.js';
import type { SseSource, SseStream } from './sse-stream.js';

const logger = new Logger('Realtime');

/** Log mode: what happened since the client's cursor. */
export class LogSource implements SseSource, ReaderSink {
  private readonly reader: Reader;
  /** Its cursor is beyond the loss of which the client has not been told. */
  private resetting = false;

  constructor(
    private readonly stream: SseStream,
    private readonly ref: TopicRef,
    private readonly encoding: SseEncoding,
    open: (sink: ReaderSink) => Reader,
  ) {
    this.reader = open(this);
    stream.attach(this);
  }

  get cursor(): Position | undefined {
    return this.resetting ? undefined : this.reader.cursor;
  }

  start(since: Since): void {
    void this.reader.start(since);
  }

  write(batch: Batch): boolean {
    return this.stream.events(batch, this.encoding);
  }

  /** The id is on the last of what is sent: who is cut off before that is told again. */
  async reset(reason: ResetReason, cursor: Position): Promise<void> {
    const { load } = this.ref;
    this.resetting = true;
    const snapshot = await load?.();
    this.resetting = false;
    this.stream.event(CONTROL.reset, load ? undefined : cursor, { reason, cursor });
    if (load) this.stream.event(CONTROL.snapshot, cursor, snapshot);
  }

  live(cursor: Position): void {
    this.stream.event(CONTROL.live, cursor, { cursor });
  }

  fail(error: unknown): void {
    logger.error(`A stream of ${this.ref} ended, for its log or its snapshot could not be read.`, error);
    this.stream.end();
  }

  drained(): void {
    this.reader.resume();
  }

  close(): void {
    this.reader.close();
  }
}
