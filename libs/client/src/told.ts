import type { ResetReason, TopicEvent } from 'nestjs-realtime-protocol';
import type { RealtimeClientError } from './client.error.js';
import type { Audience } from './follower.js';
import type { States } from './transports/line.js';

/** What an iterated subscription tells. */
export type Told<Event = TopicEvent, State = States> =
  | { readonly kind: 'event'; readonly event: Event }
  /** Current state by topic, of those that have one: at first, without `since`, and after a reset. */
  | { readonly kind: 'snapshot'; readonly states: State }
  /** It cannot be proven that nothing was missed: reload what you show, unless a snapshot follows. */
  | { readonly kind: 'reset'; readonly reason: ResetReason };

/** So many may wait for who iterates. */
const MAX_WAITING = 1_000;

/** What a queue listens to. */
export interface Source {
  /** Nothing more for now: it is to wait until `resume`. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** An audience that takes its time. What it has not taken yet waits; when that is much, the source does. */
export class ToldQueue implements Audience, AsyncIterableIterator<Told> {
  private waiting: Told[] = [];
  private isFull = false;
  private ended: { readonly error: RealtimeClientError | undefined } | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly source: Source) {}

  event(event: TopicEvent): void {
    this.push({ kind: 'event', event });
  }

  snapshot(states: States): void {
    this.push({ kind: 'snapshot', states });
  }

  reset(reason: ResetReason): void {
    this.push({ kind: 'reset', reason });
  }

  end(error: RealtimeClientError | undefined): void {
    this.ended = { error };
    this.wake?.();
  }

  async next(): Promise<IteratorResult<Told>> {
    while (this.waiting.length === 0 && !this.ended) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const value = this.waiting.shift();
    if (value) {
      this.drained();
      return { value, done: false };
    }
    if (this.ended?.error) throw this.ended.error;
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorResult<Told>> {
    this.waiting = [];
    this.source.close();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private push(told: Told): void {
    this.waiting.push(told);
    this.wake?.();
    if (this.waiting.length < MAX_WAITING) return;
    this.isFull = true;
    this.source.pause();
  }

  private drained(): void {
    if (!this.isFull || this.waiting.length > 0) return;
    this.isFull = false;
    this.source.resume();
  }
}
