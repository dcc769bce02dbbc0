import type { Position } from 'nestjs-realtime-protocol';
import type { Batch } from '../bus/batch.js';
import type { Feeds } from '../bus/feeds.js';
import type { Reader, ReaderSink } from '../bus/reader.js';
import type { State } from './state.js';

/** What a watch needs from whoever shows the state. */
export interface StateView {
  /** Computes the state as of `cursor` or later. */
  load(cursor: Position): Promise<State | undefined>;
  /** Shows it, if it is new to the client. */
  show(state: State, cursor: Position): void;
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
    return this.looking ? this.looked : (this.reader.cursor ?? this.looked);
  }

  /** Begins; what happened after `since` is looked at. */
  start(since: Position): void {
    this.looked = since;
    void this.reader.start(since);
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
    if (this.looking) return;
    this.looking = true;
    try {
      while (this.again && !this.closed) {
        const at: Position = this.again;
        this.again = undefined;
        const state = await this.view.load(at);
        this.looked = at;
        if (state && !this.closed) this.view.show(state, at);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.looking = false;
    }
  }
}
