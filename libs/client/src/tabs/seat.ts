import type { RealtimeClientError } from '../client.error.js';
import { Follower } from '../follower.js';
import type { Followers } from '../followers.js';
import type { Told } from '../told.js';
import type { HeldLock } from './held-lock.js';
import { type Need, plainError, type ToTab } from './messages.js';
import type { Channel } from './platform.js';

/** A tab at its leader's: a follower for each of its needs, and the way to tell it what they hear. */
export class Seat {
  /** Refused ones stay until the tab knows. */
  private readonly needs = new Map<number, Follower>();
  private waiting: ToTab[] = [];
  private hasLeft = false;

  /** @param presence the tab's own lock: whoever waits for it is granted it when the tab is gone */
  constructor(
    private readonly channel: Channel,
    private readonly followers: Followers,
    private readonly presence: HeldLock,
  ) {}

  need(needs: readonly Need[]): void {
    const wanted = new Set(needs.map(({ id }) => id));
    for (const id of this.needs.keys()) if (!wanted.has(id)) this.drop(id);
    for (const need of needs) if (!this.needs.has(need.id)) this.follow(need);
  }

  /** What is said in one turn goes in one message. */
  say(message: ToTab): void {
    this.waiting.push(message);
    if (this.waiting.length === 1) queueMicrotask(() => this.send());
  }

  leave(): void {
    this.hasLeft = true;
    this.presence.release();
    this.need([]);
    this.channel.close();
  }

  private follow({ id, topics, since }: Need): void {
    const tell = (told?: Told): void =>
      this.say({ kind: 'told', id, cursor: follower.cursor, ...(told && { told }) });
    const follower: Follower = new Follower(topics, since, {
      event: (event) => tell({ kind: 'event', event }),
      snapshot: (states) => tell({ kind: 'snapshot', states }),
      reset: (reason) => tell({ kind: 'reset', reason }),
      moved: () => tell(),
      end: (error?: RealtimeClientError) =>
        error && this.say({ kind: 'refused', id, error: plainError(error) }),
    });
    this.needs.set(id, follower);
    this.followers.add(follower);
  }

  private drop(id: number): void {
    this.followers.end(this.needs.get(id)!);
    this.needs.delete(id);
  }

  private send(): void {
    if (!this.hasLeft) this.channel.say(this.waiting);
    this.waiting = [];
  }
}
