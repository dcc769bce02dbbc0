import type { ClaimStore } from '../engine.interface.js';
import { ExpiringMap } from './expiring-map.js';

/** How many claims are kept; beyond that the oldest are forgotten first. */
const MAX_CLAIMS = 1_000_000;

/** Claims of one process. */
export class MemoryClaims implements ClaimStore {
  /** Who has a key; null is nobody, for it is settled. */
  private readonly claims: ExpiringMap<string | null>;

  constructor(now: () => number) {
    this.claims = new ExpiringMap(now, MAX_CLAIMS);
  }

  async claim(key: string, owner: string, ttlMs: number): Promise<'claimed' | 'running' | 'settled'> {
    const found = this.claims.get(key);
    if (found !== undefined) return found === null ? 'settled' : 'running';
    this.claims.set(key, owner, ttlMs);
    return 'claimed';
  }

  async settle(key: string, ttlMs: number): Promise<void> {
    this.claims.set(key, null, ttlMs);
  }

  async release(key: string, owner: string): Promise<void> {
    if (this.claims.get(key) === owner) this.claims.delete(key);
  }
}
