import type { LogEvent, Position } from 'nestjs-realtime';
import type { CollectingSink, Told } from './collecting-sink.js';
import { turns } from './turns.js';

/**
 * Checks what a reader is told against what was published: each event once, in order, none left out, save
 * what a reset jumps over.
 */
export class ReaderStory {
  private place: Position;
  /** The event that was left out, until a reset says so. */
  private missed: LogEvent | undefined;
  private live = false;

  /**
   * @param log everything published, in the order of the log; may still grow
   * @param lossy events may be left out if a reset follows later
   */
  constructor(
    private readonly log: readonly LogEvent[],
    private readonly topics: readonly string[],
    since: Position,
    private readonly sink: CollectingSink,
    private readonly lossy = false,
  ) {
    this.place = since;
  }

  /** Follows the reader until it has been told everything. */
  async end(): Promise<void> {
    do {
      while (this.missed || this.next()) this.hear(await this.wait());
      this.sink.inbox.drain().forEach((told) => this.hear(told));
    } while (this.missed);
  }

  /** Turns, not time: a story that has come to a standstill is to fail at once, and to be made smaller. */
  private async wait(): Promise<Told> {
    for (let turn = 0; turn < 1_000 && this.sink.inbox.size === 0; turn++) await turns();
    if (this.sink.inbox.size > 0) return this.sink.inbox.next();
    throw new Error(this.missed ? `${this.missed.id} was left out` : `${this.next()?.id} never came`);
  }

  private next(): LogEvent | undefined {
    return this.log.find(
      ({ topic, position }) => this.topics.includes(topic) && position.isAfter(this.place),
    );
  }

  private hear(told: Told): void {
    if (told.kind === 'fail') throw told.error;
    if (told.kind === 'events') for (const event of told.batch.events) this.event(event);
    if (told.kind === 'reset') this.missed = undefined;
    if (told.kind === 'live' && this.live) throw new Error('live twice');
    this.live = told.kind === 'live' || (this.live && told.kind !== 'reset');
    this.move(told.cursor, told.kind === 'reset');
  }

  private event(event: LogEvent): void {
    if (!event.position.isAfter(this.place)) throw new Error(`${event.id} after ${String(this.place)}`);
    const wanted = this.next();
    if (wanted?.id !== event.id) this.leftOut(wanted);
    this.place = event.position;
  }

  private move(cursor: Position, jumps: boolean): void {
    if (this.place.isAfter(cursor)) throw new Error(`back from ${String(this.place)} to ${String(cursor)}`);
    const skipped = this.next();
    if (!jumps && skipped && !skipped.position.isAfter(cursor)) this.leftOut(skipped);
    this.place = cursor;
  }

  private leftOut(event: LogEvent | undefined): void {
    if (!this.lossy || !event) throw new Error(`${event?.id ?? 'nothing'} was due`);
    this.missed = event;
  }
}
