import type { ClaimStore } from '../engine.interface.js';

interface Claim {
  settled: boolean;
  expires: number;
}

/** How many claims are kept; beyond that the oldest are forgotten first. */
const MAX_CLAIMS = 1_000_000;

/** Claims of one process. */
export class MemoryClaims implements ClaimStore {
  private readonly claims = new Map<string, Claim>();

  constructor(private readonly now: () => number) {}

  async claim(key: string, ttlMs: number): Promise<'claimed' | 'running' | 'settled'> {
    const found = this.claims.get(key);
    if (found && found.expires > this.now()) return found.settled ? 'settled' : 'running';
    this.put(key, { settled: false, expires: this.now() + ttlMs });
    return 'claimed';
  }

  async settle(key: string, ttlMs: number): Promise<void> {
    this.put(key, { settled: true, expires: this.now() + ttlMs });
  }

  async release(key: string): Promise<void> {
    this.claims.delete(key);
  }

  private put(key: string, claim: Claim): void {
    this.claims.delete(key);
    this.claims.set(key, claim);
    // Oldest first, which is roughly first to expire: a few at a time keeps up with what is added.
    for (const [oldest, { expires }] of this.claims) {
      if (expires > this.now() && this.claims.size <= MAX_CLAIMS) return;
      this.claims.delete(oldest);
    }
  }
}
