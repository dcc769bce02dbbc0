import type { ClaimStore } from '../engine.interface.js';
import { ExpiringMap } from './expiring-map.js';

/** How many claims are kept; beyond that the oldest are forgotten first. */
const MAX_CLAIMS = 1_000_000;

/** Claims of one process. */
export class MemoryClaims implements ClaimStore {
  private readonly claims: ExpiringMap<'running' | 'settled'>;

  constructor(now: () => number) {
    this.claims = new ExpiringMap(now, MAX_CLAIMS);
  }

  async claim(key: string, ttlMs: number): Promise<'claimed' | 'running' | 'settled'> {
    const found = this.claims.get(key);
    if (found) return found;
    this.claims.set(key, 'running', ttlMs);
    return 'claimed';
  }

  async settle(key: string, ttlMs: number): Promise<void> {
    this.claims.set(key, 'settled', ttlMs);
  }

  async release(key: string): Promise<void> {
    this.claims.delete(key);
  }
}
