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

  constructor(
    private readonly feeds: Feeds,
    private readonly output: SubscriptionOutput,
    /** Sorted. */
    private topics: readonly string[],
  ) {
    this.reader = feeds.reader(topics, this);
  }

  /** Everything up to here was sent; undefined until it is live. */
  get cursor(): Position | undefined {
    return this.reader.isLive ? this.reader.cursor : undefined;
  }

  start(since: Since): void {
    void this.reader.start(since);
  }

  resume(): void {
    this.reader.resume();
  }

  /** Goes on without `topics`, from where it is. */
  drop(topics: readonly string[]): void {
    this.topics = this.topics.filter((topic) => !topics.includes(topic));
    const { reader } = this;
    reader.close();
    if (this.topics.length === 0) return;
    this.reader = this.feeds.reader(this.topics, this);
    this.start(reader.cursor ?? 'latest');
  }

  close(): void {
    this.reader.close();
  }

  write(batch: Batch): boolean {
    return this.output.events(batch);
  }

  reset(reason: ResetReason, cursor: Position): Promise<void> {
    return this.output.reset(this.topics, reason, cursor);
  }

  fail(error: unknown): void {
    this.output.fail(error);
  }
}
