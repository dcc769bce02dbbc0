import { setImmediate } from 'node:timers/promises';
import type { Position, ResetReason } from 'nestjs-realtime-protocol';
import type { RealtimeEngine, Since } from '../engines/engine.interface.js';
import { Batch } from './batch.js';
import type { Feed, LiveReader } from './feed.js';
import { PAGE } from './page.js';
import type { Turn } from './turn.js';

/** Where a reader puts what it reads. */
export interface ReaderSink {
  /**
   * Takes events, oldest first; `cursor` is where they end.
   * @returns false when it can take no more for now: the reader then waits for `Reader.resume()`.
   */
  write(batch: Batch, cursor: Position): boolean;
  /** History was lost; events go on after `cursor`. What it returns is awaited before they do. */
  reset(reason: ResetReason, cursor: Position): void | Promise<void>;
  /** Caught up: from here on events come as they happen. Called once, and once more after each reset. */
  live?(cursor: Position): void;
  /** The log could not be read, or the sink threw. The reader has closed. Must not throw. */
  fail(error: unknown): void;
}

type State = 'catching-up' | 'live' | 'lagging' | 'closed';

/**
 * A cursor over a feed: first history from the log, then what is live, without a gap or a repetition in
 * between. A sink that cannot take more makes the reader lag: it holds nothing for the sink but its cursor,
 * and reads on from the log when the sink has drained.
 */
export class Reader implements LiveReader {
  private state: State = 'catching-up';
  private own: Position | undefined;
  private announced = false;
  /** The feed's losses when this reader was last live. */
  private losses: number | undefined;

  constructor(
    private readonly feed: Feed,
    private readonly engine: RealtimeEngine,
    private readonly sink: ReaderSink,
    private readonly release: () => void,
  ) {}

  /** Everything up to here was handed to the sink. Undefined until the first read. */
  get cursor(): Position | undefined {
    if (this.state !== 'live' || !this.own) return this.own;
    return this.feed.cursor.isAfter(this.own) ? this.feed.cursor : this.own;
  }

  get isLive(): boolean {
    return this.state === 'live';
  }

  /**
   * Begins to read; `latest` is where the log ends at the time of this call. Resolves when the reader is live,
   * lags, or has closed; never rejects.
   */
  start(since: Since): Promise<void> {
    return this.catchUp(since);
  }

  /** The sink can take more. */
  resume(): void {
    if (this.state !== 'lagging' || !this.own) return;
    this.state = 'catching-up';
    void this.catchUp(this.own);
  }

  /** Ends reading. Safe to call at any time, also from within the sink. */
  close(): void {
    if (this.state === 'closed') return;
    this.own = this.cursor;
    this.state = 'closed';
    this.feed.leave(this);
    this.release();
  }

  deliver(batch: Batch, after: Position, upTo: Position, turn: Turn): void {
    const own = this.own!;
    let part: Batch | undefined = batch;
    if (own.isAfter(after)) {
      // It came here by way of the log, which had some of this already.
      const rest = batch.events.filter((event) => event.position.isAfter(own));
      part = rest.length > 0 ? turn.batch(rest) : undefined;
      if (!part) return;
    }
    this.own = upTo;
    try {
      if (!this.sink.write(part, upTo)) this.lag();
    } catch (error) {
      this.fail(error);
    }
  }

  stale(): void {
    if (this.state !== 'live') return;
    this.own = this.cursor;
    this.state = 'catching-up';
    void this.catchUp(this.own!);
  }

  private lag(): void {
    if (this.state === 'closed') return;
    this.own = this.cursor;
    this.feed.leave(this);
    this.state = 'lagging';
  }

  private async catchUp(since: Since): Promise<void> {
    try {
      for (let from = since; this.state === 'catching-up'; from = this.own!) {
        const page = await this.engine.read(this.feed.topics, { since: from, ...PAGE });
        if (this.isClosed()) return;
        this.own = page.cursor;
        const reason = page.reset?.reason ?? this.loss();
        if (reason) {
          this.announced = false;
          this.losses = undefined;
          await this.sink.reset(reason, page.cursor);
          continue;
        }
        if (page.events.length > 0 && !this.sink.write(new Batch(page.events), page.cursor))
          return this.lag();
        if (!page.complete) {
          // A long history must not keep everybody else waiting.
          await setImmediate();
          continue;
        }
        // Only now, for `latest` is where the log ended when it was asked for.
        await this.feed.ready;
        this.joinFeed(page.cursor);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (this.isClosed()) return;
    this.close();
    this.sink.fail(error);
  }

  private loss(): ResetReason | undefined {
    return this.losses === undefined || this.losses === this.feed.losses ? undefined : 'expired';
  }

  private joinFeed(cursor: Position): void {
    if (this.isClosed() || !this.feed.join(this, cursor)) return;
    this.state = 'live';
    this.losses = this.feed.losses;
    if (this.announced) return;
    this.announced = true;
    this.sink.live?.(cursor);
  }

  /** Apart from the field, for a sink may close the reader at any call. */
  private isClosed(): boolean {
    return this.state === 'closed';
  }
}
