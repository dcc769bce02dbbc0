import { Logger } from '@nestjs/common';
import type { Position, ResetReason } from 'nestjs-realtime-protocol';
import type { RealtimeEngine } from '../engines/engine.interface.js';
import type { Batch } from './batch.js';
import type { LogEvent } from './log-event.js';
import { PAGE } from './page.js';
import type { Turn, TurnTask } from './turn.js';

/** A reader that is caught up with its feed and gets its batches. */
export interface LiveReader {
  /** `after` is where the feed stood before `batch`. Must not throw. */
  deliver(batch: Batch, after: Position, upTo: Position, turn: Turn): void;
  /** The feed begins anew: read on from your own cursor. */
  stale(): void;
  /** The feed missed events that cannot be read any more. */
  lost(reason: ResetReason): void;
}

/**
 * The live end of a set of topics: what all connections that read these topics share. It listens once, joins
 * what one turn brings into one batch, and hands that to every live reader.
 *
 * A hole in what the engine announces (an event whose topic's `previous` was never seen) is filled from the
 * log before anything after it is passed on.
 */
export class Feed implements TurnTask {
  private readonly logger = new Logger('Realtime');
  private readonly live = new Set<LiveReader>();
  /** The last event heard of each topic, where that is later than `base`. */
  private readonly heard = new Map<string, Position>();
  private pending: LogEvent[] = [];
  private unlisten: (() => void) | undefined;
  private healing = false;
  private closed = false;
  /** Up to here nothing of any topic is missing. */
  private base!: Position;
  /** The last event passed on to the live readers, or a later place up to which there was none. */
  private passed!: Position;

  /** Resolves when the feed listens and has no hole: then readers can join. */
  ready: Promise<void>;

  constructor(
    readonly topics: readonly string[],
    private readonly engine: RealtimeEngine,
    private readonly turn: Turn,
  ) {
    this.ready = this.open();
  }

  /** Where the live readers stand. */
  get cursor(): Position {
    return this.passed;
  }

  /** How many readers are live. */
  get size(): number {
    return this.live.size;
  }

  /**
   * Makes a reader live that has read everything up to `cursor`.
   * @returns whether that was far enough; else it must read on from the log first.
   */
  join(reader: LiveReader, cursor: Position): boolean {
    if (this.healing) return false;
    if (this.passed.epoch !== cursor.epoch) this.restart((live) => live.stale());
    if (this.healing || this.passed.isAfter(cursor)) return false;
    this.live.add(reader);
    return true;
  }

  leave(reader: LiveReader): void {
    this.live.delete(reader);
  }

  /**
   * Moves the feed to `head`, up to which the engine has announced everything, for heartbeats.
   * @returns the place up to which live readers have everything
   */
  advance(head: Position): Position {
    if (
      this.pending.length === 0 &&
      !this.healing &&
      head.epoch === this.base.epoch &&
      !this.base.isAfter(head)
    ) {
      this.startFrom(head);
    }
    return this.passed;
  }

  endTurn(turn: Turn): void {
    if (this.pending.length === 0) return;
    const events = this.pending;
    const after = this.passed;
    this.pending = [];
    const last = events.at(-1)!.position;
    if (last.isAfter(after)) this.passed = last;
    const batch = turn.batch(events);
    for (const reader of this.live) reader.deliver(batch, after, this.passed, turn);
  }

  close(): void {
    this.closed = true;
    this.unlisten?.();
    this.live.clear();
    this.pending = [];
  }

  private async open(): Promise<void> {
    let early: LogEvent[] | undefined = [];
    const unlisten = await this.engine.listen(this.topics, (event) => {
      if (early) early.push(event);
      else this.announce(event);
    });
    if (this.closed) return unlisten();
    this.unlisten = unlisten;
    this.startFrom(await this.engine.head());
    const announced = early;
    early = undefined;
    for (const event of announced) this.announce(event);
  }

  private startFrom(head: Position): void {
    this.base = this.passed = head;
    this.heard.clear();
  }

  private announce(event: LogEvent): void {
    if (this.closed || this.healing) return;
    if (event.position.epoch !== this.base.epoch) return this.restart((reader) => reader.stale());
    if (event.previous?.isAfter(this.heardOf(event.topic))) return void (this.ready = this.heal());
    this.push(event);
  }

  private heardOf(topic: string): Position {
    return this.heard.get(topic) ?? this.base;
  }

  private push(event: LogEvent): void {
    if (!event.position.isAfter(this.heardOf(event.topic))) return;
    this.heard.set(event.topic, event.position);
    this.pending.push(event);
    this.turn.schedule(this);
  }

  /** Fills a hole from the log. What is announced meanwhile is found there too. */
  private async heal(): Promise<void> {
    this.healing = true;
    let since = this.base;
    try {
      for (let complete = false; !complete && !this.closed;) {
        const page = await this.engine.read(this.topics, { since, ...PAGE });
        if (page.reset) return this.restart((reader) => reader.lost('expired'));
        page.events.forEach((event) => this.push(event));
        since = page.cursor;
        complete = page.complete;
      }
      this.healing = false;
    } catch (error) {
      this.logger.error(
        `Could not fill a hole in ${this.topics.join(', ')} from the log; its readers are reset.`,
        error,
      );
      this.restart((reader) => reader.lost('expired'));
    }
  }

  /** Listens anew, and then hands every live reader over to the log. */
  private restart(handOver: (reader: LiveReader) => void): void {
    const readers = [...this.live];
    this.unlisten?.();
    this.live.clear();
    this.pending = [];
    this.healing = true;
    this.ready = this.open()
      .catch((error: unknown) => this.logger.error(`Could not listen to ${this.topics.join(', ')}.`, error))
      .finally(() => {
        this.healing = false;
        readers.forEach(handOver);
      });
  }
}
