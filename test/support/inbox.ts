/**
 * An awaitable queue: hand `push` to whatever calls back, await `next()` in the test.
 *
 * Items are given in the order they arrived, each to one caller; callers wait in line. There is no timeout:
 * what never arrives fails by the test's own. To show that nothing arrives, cause a sentinel and expect
 * `next()` to be that.
 *
 * @example
 * const inbox = new Inbox<string>();
 * socket.on('said', inbox.push);
 * socket.on('disconnect', (reason) => inbox.fail(new Error(reason)));
 * expect(await inbox.next()).toBe('hello');
 */
export class Inbox<T> {
  private readonly items: T[] = [];
  private readonly waiting: { resolve(item: T): void; reject(error: unknown): void }[] = [];
  private failure: { readonly error: unknown } | undefined;

  /** How many items have arrived and were not taken. */
  get size(): number {
    return this.items.length;
  }

  /** Adds an item. Bound, so that it can be passed as a listener. */
  readonly push = (item: T): void => {
    const waiter = this.waiting.shift();
    if (waiter) waiter.resolve(item);
    else this.items.push(item);
  };

  /** Nothing more will come: who waits, now or later, is rejected with `error` once the items are taken. */
  readonly fail = (error: unknown): void => {
    this.failure ??= { error };
    for (const waiter of this.waiting.splice(0)) waiter.reject(error);
  };

  /** The next item. */
  next(): Promise<T> {
    if (this.items.length > 0) return Promise.resolve(this.items.shift()!);
    if (this.failure) return Promise.reject(this.failure.error);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  /** The next `count` items, oldest first. */
  async take(count: number): Promise<T[]> {
    const taken: T[] = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }

  /** Everything up to and including the first item that `isLast`. */
  async until(isLast: (item: T) => boolean): Promise<T[]> {
    const taken: T[] = [];
    do taken.push(await this.next());
    while (!isLast(taken.at(-1)!));
    return taken;
  }

  /** What has arrived so far, without waiting. */
  drain(): T[] {
    return this.items.splice(0);
  }
}
