import { createHash } from 'node:crypto';
import type { ClaimStore } from '../engine.interface.js';
import type { Expiry } from './expiry.js';
import type { GroupCommit } from './group-commit.js';
import type { LmdbStore } from './lmdb-store.js';

/** A longer key is too long for the tree. */
const MAX_KEY_CHARACTERS = 256;

/** Claims that outlive the process. */
export class LmdbClaims implements ClaimStore {
  constructor(
    private readonly store: LmdbStore,
    private readonly commit: GroupCommit,
    private readonly expiry: Expiry,
    private readonly now: () => number,
  ) {}

  claim(name: string, owner: string, ttlMs: number): Promise<'claimed' | 'running' | 'settled'> {
    const key = keyOf(name);
    return this.commit.run(() => {
      const found = this.store.claims.get(key);
      if (found && found[1] > this.now()) return found[0] === null ? 'settled' : 'running';
      this.put(key, owner, ttlMs);
      return 'claimed';
    });
  }

  settle(name: string, ttlMs: number): Promise<void> {
    const key = keyOf(name);
    return this.commit.run(() => this.put(key, null, ttlMs));
  }

  release(name: string, owner: string): Promise<void> {
    const key = keyOf(name);
    return this.commit.run(() => {
      if (this.store.claims.get(key)?.[0] === owner) void this.store.claims.remove(key);
    });
  }

  private put(key: string, owner: string | null, ttlMs: number): void {
    void this.store.claims.put(key, [owner, this.expiry.add(ttlMs, 'claims', key)]);
  }
}

/** Long names by their digest, which no name can be mistaken for: it is longer than any that is kept as it is. */
function keyOf(name: string): string {
  if (name.length <= MAX_KEY_CHARACTERS) return name;
  const digest = createHash('sha256').update(name, 'utf16le').digest('hex');
  return digest.padEnd(MAX_KEY_CHARACTERS + 1, '.');
}
