import type { Position, ResetReason } from 'nestjs-realtime-protocol';
import type { Batch } from '../bus/batch.js';
import type { Reader, ReaderSink } from '../bus/reader.js';
import type { Deadline, TimerWheel } from '../timing/timer-wheel.js';
import type { Connection, Connections } from './connections.js';
import type { HttpExchange } from './http-exchange.js';
import type { LogAnswer } from './log-answer.js';

/** One long poll in log mode that waits for events, and ends with the first. */
export class LogWait implements ReaderSink, Connection, Deadline {
  private reader!: Reader;
  private since!: Position;
  private done!: (answered?: Promise<void>) => void;
  private failed!: (error: unknown) => void;

  constructor(
    private readonly exchange: HttpExchange,
    private readonly answer: LogAnswer,
    private readonly connections: Connections,
    private readonly deadlines: TimerWheel,
  ) {}

  /** Resolves when there is an answer, or when nobody waits for it any more. */
  async begin(open: (sink: ReaderSink) => Reader, since: Position, waitMs: number): Promise<void> {
    this.exchange.hold();
    this.connections.addPoll(this);
    this.since = since;
    this.reader = open(this);
    const ended = new Promise<void>((resolve, reject) => {
      this.done = resolve;
      this.failed = reject;
    });
    this.deadlines.set(this, waitMs);
    this.exchange.onGone(() => this.destroy());
    void this.reader.start(since);
    await ended;
  }

  write(batch: Batch): boolean {
    this.answer.events(batch);
    this.close();
    this.done();
    return true;
  }

  reset(reason: ResetReason, cursor: Position): void {
    this.close();
    this.done(this.answer.reset(reason, cursor));
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
    this.done();
  }

  private nothing(retryMs?: number): void {
    this.close();
    this.answer.nothing(this.reader.cursor ?? this.since, retryMs);
    this.done();
  }

  private close(): void {
    this.reader.close();
    this.deadlines.clear(this);
    this.connections.removePoll(this);
  }
}
