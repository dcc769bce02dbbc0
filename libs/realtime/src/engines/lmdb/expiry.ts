import type { LmdbStore } from './lmdb-store.js';

/** How much that has expired is forgotten with any write, at most. What a write adds comes on top, twice. */
const FORGOTTEN_PER_WRITE = 256;

/** Forgets idempotency keys and claims when their time is over. Every method is called within a transaction. */
export class Expiry {
  private toForget = FORGOTTEN_PER_WRITE;

  constructor(
    private readonly store: LmdbStore,
    private readonly now: () => number,
  ) {}

  /** The row of `key` says itself when it expires: a later `add` counts, and this one is nothing. */
  add(expires: number, table: 'keys' | 'claims', key: string): void {
    void this.store.expiry.put([expires, table, key], true);
    this.toForget += 2;
  }

  /** Forgets some of what has expired. */
  forget(): void {
    const { store } = this;
    const over = [...store.expiry.getKeys({ end: [this.now()], limit: this.toForget })];
    for (const entry of over) {
      const [expires, table, key] = entry;
      void store.expiry.remove(entry);
      if (table === 'keys' && store.keys.get(key)?.[3] === expires) void store.keys.remove(key);
      if (table === 'claims' && store.claims.get(key)?.[1] === expires) void store.claims.remove(key);
    }
    this.toForget = FORGOTTEN_PER_WRITE;
  }
}
