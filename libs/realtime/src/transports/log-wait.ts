import { Position, type ResetReason } from 'nestjs-realtime-protocol';
import type { Batch } from '../bus/batch.js';
import type { Reader, ReaderSink } from '../bus/reader.js';
import type { Since } from '../engines/engine.interface.js';
import { RealtimeError } from '../realtime.errors.js';
import type { Connection, Connections } from './connections.js';
import type { HttpExchange } from './http-exchange.js';
import type { LogAnswer } from './log-answer.js';
import type { Deadline, TimerWheel } from '../timing/timer-wheel.js';

/** One long poll in log mode that waits for events, and ends with the first. */
export class LogWait implements ReaderSink, Connection, Deadline {
  private reader!: Reader;
  private since!: Since;
  private done!: () => void;
  private failed!: (error: unknown) => void;

  constructor(
    private readonly exchange: HttpExchange,
    private readonly answer: LogAnswer,
    private readonly connections: Connections,
    private readonly deadlines: TimerWheel,
  ) {}

  /** Resolves when it was answered, or when nobody waits for the answer any more. */
  async begin(open: (sink: ReaderSink) => Reader, since: Since, waitMs: number): Promise<void> {
    if (this.exchange.isGone) return this.discard();
    this.connections.addPoll(this);
    this.since = since;
    this.reader = open(this);
    this.deadlines.set(this, waitMs);
    this.exchange.onGone(() => this.destroy());
    const ended = new Promise<void>((resolve, reject) => {
      this.done = resolve;
      this.failed = reject;
    });
    void this.reader.start(since);
    await ended;
  }

  write(batch: Batch): boolean {
    this.end(() => this.answer.events(batch));
    return true;
  }

  async reset(reason: ResetReason, cursor: Position): Promise<void> {
    await this.end(() => this.answer.reset(reason, cursor));
  }

  fail(error: unknown): void {
    this.close();
    this.failed(error);
  }

  due(): void {
    this.nothing();
  }

  drain(retryMs: number): void {
    this.exchange.closeAfterwards();
    this.nothing(retryMs);
  }

  destroy(): void {
    this.close();
    this.discard();
    this.done();
  }

  private nothing(retryMs?: number): void {
    const cursor = this.reader.cursor ?? this.since;
    if (cursor instanceof Position) void this.end(() => this.answer.nothing(cursor, retryMs));
    else this.fail(new RealtimeError('shutting-down', 'The log could not be read in time.', retryMs));
  }

  private async end(answer: () => void | Promise<void>): Promise<void> {
    this.close();
    try {
      await answer();
      this.done();
    } catch (error) {
      this.failed(error);
    }
  }

  private close(): void {
    this.reader.close();
    this.deadlines.clear(this);
    this.connections.removePoll(this);
  }

  /** Nobody is there to be answered: what Nest still replies comes to nothing. */
  private discard(): void {
    this.exchange.take();
  }
}
