import type { Locks } from './platform.js';

/** A lock that is waited for, then held, until it is released or stolen. */
export class HeldLock {
  /** Rejects when it was stolen, given up before it was granted, or cannot be had at all. */
  readonly over: Promise<void>;
  private readonly waiting = new AbortController();
  private free: (() => void) | undefined;

  constructor(locks: Locks, name: string, granted: () => void, steal = false) {
    const { signal } = this.waiting;
    // Nobody waits in line to steal: the two do not go together.
    this.over = locks.request(name, steal ? { steal } : { signal }, async () => {
      if (signal.aborted) return;
      granted();
      if (!signal.aborted) await new Promise<void>((resolve) => (this.free = resolve));
    });
  }

  release(): void {
    this.waiting.abort();
    this.free?.();
  }
}
