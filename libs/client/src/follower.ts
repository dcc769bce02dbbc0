import type { ResetReason, TopicEvent } from 'nestjs-realtime-protocol';
import type { RealtimeClientError } from './client.error.js';
import { isAfter, isOfSameLog } from './cursor-order.js';
import type { States } from './transports/line.js';

/** Who is told what a follower hears. */
export interface Audience {
  event(event: TopicEvent): void;
  snapshot(states: States): void;
  reset(reason: ResetReason): void;
  /** The cursor has moved, and there was nothing to tell. */
  moved?(): void;
  /** Nothing more comes: it was closed, or refused by the server. */
  end(error: RealtimeClientError | undefined): void;
}

/** One subscription's place in the log. */
export class Follower {
  readonly topics: ReadonlySet<string>;
  /** Whether what comes from the server is for this one too. */
  isCovered = false;
  /** Whether the server has agreed once. */
  isAccepted = false;
  /** Whether it takes nothing for now; its cursor waits. */
  isPaused = false;
  private place: string | undefined;

  constructor(
    topics: readonly string[],
    since: string | undefined,
    private readonly audience: Audience,
  ) {
    this.topics = new Set(topics);
    this.place = since;
  }

  /** Everything up to here it was told; undefined until it is known where it begins. */
  get cursor(): string | undefined {
    return this.place;
  }

  event(event: TopicEvent): void {
    if (this.isPaused || !this.topics.has(event.topic) || !isAfter(event.id, this.place)) return;
    this.enterLogOf(event.id);
    this.place = event.id;
    this.audience.event(event);
  }

  moved(cursor: string): void {
    if (this.isPaused || !isAfter(cursor, this.place)) return;
    this.enterLogOf(cursor);
    this.place = cursor;
    this.audience.moved?.();
  }

  snapshot(cursor: string, states: States): void {
    if (this.isPaused) return;
    this.place = cursor;
    const own = Object.entries(states).filter(([topic]) => this.topics.has(topic));
    if (own.length > 0) this.audience.snapshot(Object.fromEntries(own));
    else this.audience.moved?.();
  }

  /** @param cursor where it goes on; undefined: with whatever comes next */
  reset(reason: ResetReason, cursor: string | undefined): void {
    if (this.isPaused) return;
    this.place = cursor;
    this.audience.reset(reason);
  }

  end(error?: RealtimeClientError): void {
    this.isPaused = true;
    this.audience.end(error);
  }

  /** Lines read for many: the log may have begun anew while only the others were listening. */
  private enterLogOf(cursor: string): void {
    if (!isOfSameLog(cursor, this.place)) this.reset('epoch', undefined);
  }
}
