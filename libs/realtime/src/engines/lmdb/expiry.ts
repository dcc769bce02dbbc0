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

  /**
   * Sees to it that the row of `key` is forgotten after `ttlMs`; Infinity is never.
   * @returns when that is, to be written in the row: of several times that were added, that one counts
   */
  add(ttlMs: number, table: 'keys' | 'claims', key: string): number {
    const expires = Math.min(this.now() + ttlMs, Number.MAX_SAFE_INTEGER);
    void this.store.expiry.put([expires, table, key], null);
    this.toForget += 2;
    return expires;
  }

  /** Forgets some of what has expired. */
  forget(): void {
    const { store } = this;
    const over = [...store.expiry.getKeys({ end: [this.now()], limit: this.toForget })];
    for (const entry of over) {
      const [expires, table, key] = entry;
      void store.expiry.remove(entry);
      if (table === 'keys' && store.keys.get(key)?.[2] === expires) void store.keys.remove(key);
      if (table === 'claims' && store.claims.get(key)?.[1] === expires) void store.claims.remove(key);
    }
    this.toForget = FORGOTTEN_PER_WRITE;
  }
}
