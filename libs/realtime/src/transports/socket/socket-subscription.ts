import type { Position, ResetReason } from 'nestjs-realtime-protocol';
import type { Batch } from '../../bus/batch.js';
import type { Feeds } from '../../bus/feeds.js';
import type { Reader, ReaderSink } from '../../bus/reader.js';
import type { Since } from '../../engines/engine.interface.js';

/** Where a subscription's messages go. */
export interface SubscriptionOutput {
  /** @returns false when too much is waiting */
  events(batch: Batch): boolean;
  reset(topics: readonly string[], reason: ResetReason, cursor: Position): Promise<void>;
  fail(error: unknown): void;
}

/** The topics of one `subscribe`: one cursor, held by the client, that the server moves. */
export class SocketSubscription implements ReaderSink {
  private reader: Reader;
  /** A reset that is being told, with the state that belongs to it. */
  private telling: Promise<void> | undefined;

  constructor(
    private readonly feeds: Feeds,
    private readonly output: SubscriptionOutput,
    /** Sorted. */
    private topics: readonly string[],
    private since: Since,
  ) {
    this.reader = feeds.reader(topics, this);
  }

  /** Everything up to here was sent; undefined until it is live. */
  get cursor(): Position | undefined {
    return this.reader.isLive ? this.reader.cursor : undefined;
  }

  start(): void {
    void this.reader.start(this.since);
  }

  resume(): void {
    this.reader.resume();
  }

  /** Resolves when no state is on its way that events must not overtake. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.telling]);
  }

  /** Goes on without `topics`, from where it is. */
  drop(topics: readonly string[]): void {
    this.topics = this.topics.filter((topic) => !topics.includes(topic));
    this.reader.close();
    this.since = this.reader.cursor ?? this.since;
    if (this.topics.length === 0) return;
    this.reader = this.feeds.reader(this.topics, this);
    this.start();
  }

  close(): void {
    this.reader.close();
  }

  write(batch: Batch): boolean {
    return this.output.events(batch);
  }

  reset(reason: ResetReason, cursor: Position): Promise<void> {
    this.telling = this.output.reset(this.topics, reason, cursor);
    return this.telling;
  }

  fail(error: unknown): void {
    this.output.fail(error);
  }
}
