import type { ResetReason, TopicEvent } from 'nestjs-realtime-protocol';
import type { RealtimeClientError } from './client.error.js';
import { earliestOf, isAfter } from './cursor-order.js';
import type { Follower } from './follower.js';
import type { Line, States } from './transports/line.js';

/**
 * All followers of a client. Each has its own cursor; one line reads for all of them, from the earliest one on, and
 * each takes what is later than its own. So lines may overlap, and nothing is told twice.
 */
export class Followers {
  private readonly all = new Set<Follower>();
  /** Where lines read from. */
  private since: string | undefined;

  /** @param onChange other topics are to be followed, or from elsewhere */
  constructor(private readonly onChange: () => void) {}

  /** Whether nobody wants to be told anything for now. */
  get isEmpty(): boolean {
    return this.active().length === 0;
  }

  add(follower: Follower): void {
    this.all.add(follower);
    this.onChange();
  }

  end(follower: Follower, error?: RealtimeClientError): void {
    if (!this.all.delete(follower)) return;
    follower.end(error);
    this.onChange();
  }

  endAll(error?: RealtimeClientError): void {
    for (const follower of this.all) this.end(follower, error);
  }

  /** It takes nothing until `resume`, and then goes on from its cursor. */
  pause(follower: Follower): void {
    follower.isPaused = true;
    follower.isCovered = false;
  }

  resume(follower: Follower): void {
    follower.isPaused = false;
    this.onChange();
  }

  /** Finds a place for those that have none yet, if others have: a line that is asked for both would send no states. */
  async place(line: Line): Promise<void> {
    const active = this.active();
    const fresh = active.filter(({ cursor }) => cursor === undefined);
    if (fresh.length === 0 || fresh.length === active.length) return;
    const { cursor, states = {} } = await line.join(topicsOf(fresh));
    for (const follower of fresh) if (follower.cursor === undefined) follower.snapshot(cursor, states);
  }

  /** Lets the lines read for everybody. */
  follow(lines: readonly Line[]): void {
    const active = this.active();
    for (const follower of active) follower.isCovered = true;
    this.since = earliestOf(active.flatMap(({ cursor }) => cursor ?? []));
    for (const line of lines) line.follow(topicsOf(active), this.since);
  }

  /** The server follows for everybody that asked until now. */
  accept(): void {
    for (const follower of this.covered()) follower.isAccepted = true;
  }

  /**
   * Finds out whom the server refuses, and ends those.
   * @throws what else than a refusal came in between
   */
  async refuse(line: Line, error: RealtimeClientError): Promise<void> {
    const active = this.active();
    const suspects = active.filter(({ isAccepted }) => !isAccepted);
    const [first, ...others] = suspects.length > 0 ? suspects : active;
    if (!first) return;
    if (others.length === 0) return this.end(first, error);
    const before = this.all.size;
    for (const suspect of [first, ...others]) await this.examine(line, suspect);
    // One by one they are welcome; together they are too many.
    if (this.all.size === before) this.end(others.at(-1)!, error);
  }

  events(events: readonly TopicEvent[]): void {
    const covered = this.covered();
    for (const event of events) for (const follower of covered) follower.event(event);
  }

  moved(cursor: string): void {
    for (const follower of this.covered()) follower.moved(cursor);
  }

  snapshot(cursor: string, states: States): void {
    for (const follower of this.covered()) follower.snapshot(cursor, states);
  }

  reset(reason: ResetReason, cursor: string): void {
    let isSpared = false;
    for (const follower of this.covered()) {
      const { cursor: own } = follower;
      // Who is further on than the line was asked for may have missed nothing: it asks again, from its own place.
      if (reason === 'expired' && own && isAfter(own, this.since)) {
        follower.isCovered = false;
        isSpared = true;
      } else {
        follower.reset(reason, cursor);
      }
    }
    if (isSpared) this.onChange();
  }

  private async examine(line: Line, suspect: Follower): Promise<void> {
    try {
      await line.join([...suspect.topics]);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.end(suspect, error);
    }
  }

  /** Nothing that still comes from a line is for anybody. */
  uncover(): void {
    for (const follower of this.all) follower.isCovered = false;
  }

  /** Those that take something. */
  active(): Follower[] {
    return [...this.all].filter(({ isPaused }) => !isPaused);
  }

  private covered(): Follower[] {
    return [...this.all].filter(({ isCovered }) => isCovered);
  }
}

function topicsOf(followers: readonly Follower[]): string[] {
  return [...new Set(followers.flatMap(({ topics }) => [...topics]))];
}

function isRefusal(error: unknown): error is RealtimeClientError {
  return (error as Partial<RealtimeClientError>).isRefusal === true;
}
