import type { Position } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../bus/log-event.js';
import { endOfTurn } from './end-of-turn.js';
import type { JournalReader, JournalWatch } from './journal-watch.js';
import type { Progress } from './progress.js';

const PAGES_PER_TURN = 16;
/** How many events the watch may hand over that have not been taken. */
const MAX_OFFERED = 64;

/** The events of the journal that are for one consumer, one after the other. */
export class Intake implements JournalReader {
  /** What was read, or offered; taken up to `index`. */
  private events: LogEvent[] = [];
  private index = 0;
  /** Up to here it has what is for it. */
  private at: Position;

  constructor(
    private readonly watch: JournalWatch,
    private readonly progress: Progress,
    readonly accepts: (event: LogEvent) => boolean,
    private readonly wake: () => void,
  ) {
    this.at = progress.cursor;
  }

  /** The next event, or undefined when there is none yet: then `wake` is called when there is. */
  async peek(): Promise<LogEvent | undefined> {
    for (let pages = 1; ; pages++) {
      const event = this.peekNow();
      if (event) return event;
      if (this.watch.isWatchingFor(this)) return undefined;
      await this.turnPage();
      // Reading what is in memory never leaves the turn; others must have theirs.
      if (pages % PAGES_PER_TURN === 0) await endOfTurn();
    }
  }

  /** The next event, if it was read or offered already. */
  peekNow(): LogEvent | undefined {
    for (; !this.isEmpty; this.index++) {
      const event = this.events[this.index]!;
      // What was taken is read again after a restart, for what is left of it.
      const isLeft = this.progress.isLeft(event.position);
      if (!isLeft && this.progress.hasTaken(event.position)) continue;
      if (this.accepts(event)) return event;
      if (isLeft) this.progress.end(event.position);
      else this.progress.pass(event.position);
    }
    this.events = [];
    this.index = 0;
    return undefined;
  }

  /** Takes the event that was peeked at. */
  take({ position }: LogEvent): void {
    this.progress.begin(position);
    this.index++;
  }

  offer(event: LogEvent, before: Position): boolean {
    if (this.isEmpty) this.progress.pass(before);
    this.events.push(event);
    this.at = event.position;
    this.wake();
    return this.events.length - this.index < MAX_OFFERED;
  }

  /** Moves to where the watch has got, if there is nothing before that. */
  catchUp(): void {
    const position = this.watch.placeOf(this);
    if (position && this.isEmpty) this.passTo(position);
  }

  close(): void {
    this.catchUp();
    this.watch.leave(this);
  }

  private get isEmpty(): boolean {
    return this.index === this.events.length;
  }

  private async turnPage(): Promise<void> {
    const { appended } = this.watch;
    const { events, cursor } = await this.watch.read(this.at);
    const last = events.at(-1);
    if (last) {
      this.events = [...events];
      this.at = last.position;
    } else if (this.watch.join(this, cursor, appended)) {
      this.passTo(cursor);
    }
  }

  private passTo(position: Position): void {
    this.progress.pass(position);
    this.at = position;
  }
}
