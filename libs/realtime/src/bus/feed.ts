import { Logger } from '@nestjs/common';
import type { Position } from 'nestjs-realtime-protocol';
import type { RealtimeEngine } from '../engines/engine.interface.js';
import { firstPage } from '../engines/first-page.js';
import type { Batch } from './batch.js';
import type { LogEvent } from './log-event.js';
import { PAGE } from './page.js';
import type { Turn, TurnTask } from './turn.js';

/** A reader that is caught up with its feed and gets its batches. */
export interface LiveReader {
  /** `after` is where the feed stood before `batch`. Must not throw. */
  deliver(batch: Batch, after: Position, upTo: Position, turn: Turn): void;
  /** The feed begins anew: read on from your own cursor, or, if `losses` has grown, after a reset. */
  stale(): void;
}

/**
 * The live end of a set of topics: what all connections that read these topics share. It listens once, joins
 * what one turn brings into one batch, and hands that to every live reader.
 *
 * A hole in what the engine announces (an event whose topic's `previous` was never heard) is filled from the
 * log before anything after it is passed on. A hole found only after later events of another topic were
 * passed on can no longer be filled in order: then whoever was live has lost history.
 */
export class Feed implements TurnTask {
  private readonly logger = new Logger('Realtime');
  private readonly live = new Set<LiveReader>();
  /** The last event heard of each topic, where that is later than `base`. */
  private readonly heard = new Map<string, Position>();
  private pending: LogEvent[] = [];
  /** What was announced while the feed opens or fills a hole; undefined when it does neither. */
  private held: LogEvent[] | undefined;
  private unlisten: (() => void) | undefined;
  private closed = false;
  /** Up to here nothing of any topic is missing. */
  private base!: Position;
  /** The last event passed on to the live readers, or a later place up to which there was none. */
  private passed!: Position;

  /** How often live readers were passed over: a reader that was live before has lost history. */
  losses = 0;

  /** Resolves when the feed listens and has no hole: then readers can join. Rejects when it cannot listen. */
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

  /**
   * Makes a reader live that has read everything up to `cursor`.
   * @returns whether that was far enough; else it must read on from the log first.
   */
  join(reader: LiveReader, cursor: Position): boolean {
    if (!this.held && this.passed.epoch !== cursor.epoch) this.restart();
    if (this.held || this.passed.isAfter(cursor)) return false;
    this.live.add(reader);
    return true;
  }

  leave(reader: LiveReader): void {
    this.live.delete(reader);
  }

  /**
   * Moves the feed to `head`, up to which the engine has announced everything, for heartbeats. Looks at the
   * last event of each topic first: an announcement that was lost is found here even if nothing follows it.
   */
  async advance(head: Position): Promise<void> {
    if (this.held) return;
    if (head.epoch !== this.base.epoch) return this.restart();
    const last = await Promise.all(this.topics.map((topic) => this.engine.latest(topic)));
    const unheard = last.filter((event) => event?.position.isAfter(this.heardOf(event.topic)));
    if (this.held || this.closed || head.epoch !== this.base.epoch) return;
    if (unheard.some((event) => !event?.position.isAfter(head))) return this.heal();
    // What is unheard and later than `head` is being announced: the next call moves on.
    if (unheard.length === 0 && this.pending.length === 0 && head.isAfter(this.passed)) this.startFrom(head);
  }

  /** In pages: who cannot keep up with a turn that brings much holds one, and reads the others from the log. */
  endTurn(turn: Turn): void {
    let events: readonly LogEvent[] = this.pending;
    this.pending = [];
    while (events.length > 0) {
      const { events: page } = firstPage(events, PAGE);
      const upTo = page.at(-1)!.position;
      const batch = turn.batch(page);
      for (const reader of this.live) reader.deliver(batch, this.passed, upTo, turn);
      this.passed = upTo;
      events = events.slice(page.length);
    }
  }

  close(): void {
    this.closed = true;
    this.unlisten?.();
    this.live.clear();
    this.pending = [];
  }

  private open(): Promise<void> {
    const opening = this.listen();
    // Its readers are told as well. If it has none, the failure must not end the process.
    opening.catch((error: unknown) => this.logger.error(`Could not listen to ${this.name}.`, error));
    return opening;
  }

  private async listen(): Promise<void> {
    this.held = [];
    const unlisten = await this.engine.listen(this.topics, (event) => this.announce(event));
    if (this.closed) return unlisten();
    this.unlisten = unlisten;
    this.startFrom(await this.engine.head());
    this.announceHeld();
  }

  private startFrom(head: Position): void {
    this.base = this.passed = head;
    this.heard.clear();
  }

  private announce(event: LogEvent): void {
    if (this.closed) return;
    if (this.held) return void this.held.push(event);
    if (event.position.epoch !== this.base.epoch) return this.restart();
    const heard = this.heardOf(event.topic);
    if (event.previous?.isAfter(heard)) return this.heal();
    if (event.position.isAfter(heard)) this.push(event);
  }

  private announceHeld(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const event of held) this.announce(event);
  }

  private heardOf(topic: string): Position {
    return this.heard.get(topic) ?? this.base;
  }

  private push(event: LogEvent): void {
    this.heard.set(event.topic, event.position);
    this.pending.push(event);
    this.turn.schedule(this);
  }

  private heal(): void {
    this.held = [];
    // Found again in the log, in its order.
    this.pending = [];
    this.ready = this.fill().catch((error: unknown) => {
      this.logger.error(`Could not fill a hole in ${this.name} from the log; its readers are reset.`, error);
      this.lose();
    });
  }

  private async fill(): Promise<void> {
    let since = this.base;
    for (let complete = false; !complete && !this.closed;) {
      const page = await this.engine.read(this.topics, { since, ...PAGE });
      if (page.reset || page.events.some((event) => this.isLate(event))) return this.lose();
      for (const event of page.events) if (event.position.isAfter(this.passed)) this.push(event);
      since = page.cursor;
      complete = page.complete;
    }
    this.announceHeld();
  }

  /** Whether `event` was missed, and later ones have been passed on. */
  private isLate({ position, topic }: LogEvent): boolean {
    return position.isAfter(this.heardOf(topic)) && !position.isAfter(this.passed);
  }

  private lose(): void {
    this.losses++;
    this.restart();
  }

  /** Listens anew; the live readers are handed over to the log, and join again from there. */
  private restart(): void {
    const readers = [...this.live];
    this.unlisten?.();
    this.unlisten = undefined;
    this.live.clear();
    this.pending = [];
    this.ready = this.open();
    for (const reader of readers) reader.stale();
  }

  private get name(): string {
    return this.topics.join(', ');
  }
}
