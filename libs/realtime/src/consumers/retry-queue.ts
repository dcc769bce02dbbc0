import type { ConsumerStore, Exception } from './consumer-store.js';

/** Retries held in memory at once; the rest waits in the store. */
const MAX_HELD = 1_000;

/** What is to be tried again, the next first. */
export class RetryQueue {
  private held: Exception[] = [];
  /** Keys of what is held, or taken and has not ended. */
  private readonly known = new Set<string>();
  /** Whether the store may have later ones. */
  private more = true;
  /** How often what was held was let go of. */
  private reloads = 0;

  constructor(private readonly store: ConsumerStore) {}

  /** When the next is due, in milliseconds since 1970; Infinity when there is none. */
  get nextAt(): number {
    return this.held[0]?.at ?? Infinity;
  }

  /** Whether nothing is waiting or being tried again. */
  get isEmpty(): boolean {
    return this.known.size === 0 && !this.more;
  }

  /** Whether `peek` could find something, as far as is known without asking the store. */
  mayBeDue(now: number): boolean {
    return this.held.length === 0 ? this.more : this.nextAt <= now;
  }

  /** The next, if it is due. It stays until it is taken. */
  async peek(now: number): Promise<Exception | undefined> {
    if (this.held.length === 0 && this.more) await this.load();
    return this.nextAt <= now ? this.held[0] : undefined;
  }

  /** Takes what was peeked at, and that is the next still. It is the caller's until `ended`. */
  take(exception: Exception): boolean {
    if (this.held[0] !== exception) return false;
    this.held.shift();
    return true;
  }

  /** It was tried again, and is no longer in the store; if it failed, it is to be added anew. */
  ended(exception: Exception): void {
    this.known.delete(this.store.retryKey(exception));
  }

  /** `exception` is in the store. */
  add(exception: Exception): void {
    const last = this.held.at(-1);
    if (this.more && (!last || exception.at >= last.at)) return;
    this.hold(exception);
    if (this.held.length > MAX_HELD) this.leaveLast();
  }

  /** The store has changed beside this: what is held is let go of, and loaded again. */
  reload(): void {
    for (const exception of this.held.splice(0)) this.known.delete(this.store.retryKey(exception));
    this.more = true;
    this.reloads++;
  }

  private hold(exception: Exception): void {
    this.known.add(this.store.retryKey(exception));
    const after = this.held.findLastIndex(({ at }) => at <= exception.at);
    this.held.splice(after + 1, 0, exception);
  }

  /** Leaves the last of what is held to the store. */
  private leaveLast(): void {
    this.known.delete(this.store.retryKey(this.held.pop()!));
    this.more = true;
  }

  /** Whether something later is held. */
  private holdsAfter({ at }: Exception): boolean {
    return (this.held.at(-1)?.at ?? 0) > at;
  }

  private async load(): Promise<void> {
    // What is added or ends while the store is asked, it may tell of or not.
    const before = new Set(this.known);
    const { reloads } = this;
    this.more = false;
    const limit = MAX_HELD + before.size;
    const found = await this.store.retries(limit).catch((error: unknown) => {
      this.more = true;
      throw error;
    });
    if (reloads !== this.reloads) return;
    for (const exception of found) {
      const key = this.store.retryKey(exception);
      if (!before.has(key) && !this.known.has(key)) this.hold(exception);
    }
    if (found.length < limit) return;
    this.more = true;
    while (this.holdsAfter(found.at(-1)!)) this.leaveLast();
  }
}
