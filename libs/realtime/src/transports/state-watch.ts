import type { Position } from 'nestjs-realtime-protocol';
import type { Batch } from '../bus/batch.js';
import type { Feeds } from '../bus/feeds.js';
import type { Reader, ReaderSink } from '../bus/reader.js';
import type { State } from './state.js';

/** What a watch needs from whoever shows the state. */
export interface StateView {
  /** Computes the state as of `cursor` or later. */
  load(cursor: Position): Promise<State | undefined>;
  /**
   * Shows it, if it is new to the client.
   * @returns false when it can show no more for now: nobody looks again until `StateWatch.resume()`.
   */
  show(state: State, cursor: Position): boolean;
  fail(error: unknown): void;
}

/**
 * Looks again whenever something happens on the topics of a state: one look at a time, and one more if
 * something happened meanwhile.
 */
export class StateWatch implements ReaderSink {
  private readonly reader: Reader;
  private looked: Position | undefined;
  private looking = false;
  private paused = false;
  private again: Position | undefined;
  private closed = false;

  constructor(
    feeds: Feeds,
    topics: readonly string[],
    private readonly view: StateView,
  ) {
    this.reader = feeds.reader(topics, this);
  }

  /** How far the state that was looked at last is known to be true. Undefined before the start. */
  get cursor(): Position | undefined {
    return this.looking || this.again ? this.looked : (this.reader.cursor ?? this.looked);
  }

  /** Begins, with the state as of `since` if there is one to be shown; what happened after it is looked at. */
  start(since: Position, state?: State): void {
    this.looked = since;
    this.show(state, since);
    void this.reader.start(since);
  }

  /** The view can show more. */
  resume(): void {
    this.paused = false;
    if (this.again) void this.look(this.again);
  }

  close(): void {
    this.closed = true;
    this.reader.close();
  }

  write(_batch: Batch, cursor: Position): boolean {
    void this.look(cursor);
    return true;
  }

  reset(_reason: unknown, cursor: Position): void {
    void this.look(cursor);
  }

  fail(error: unknown): void {
    if (!this.closed) this.view.fail(error);
  }

  private async look(cursor: Position): Promise<void> {
    this.again = cursor;
    if (this.looking || this.paused) return;
    this.looking = true;
    try {
      while (this.again && !this.paused && !this.closed) {
        const at: Position = this.again;
        this.again = undefined;
        const state = await this.view.load(at);
        this.looked = at;
        this.show(state, at);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.looking = false;
    }
  }

  private show(state: State | undefined, cursor: Position): void {
    if (state && !this.closed) this.paused = !this.view.show(state, cursor);
  }
}
