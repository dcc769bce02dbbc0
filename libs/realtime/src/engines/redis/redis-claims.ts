import type { ClaimStore } from '../engine.interface.js';
import { finite } from './finite.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisKeys } from './redis-keys.js';
import { CLAIM, RELEASE_CLAIM, SETTLE_CLAIM } from './scripts.js';

/** Claims as keys that expire. */
export class RedisClaims implements ClaimStore {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  claim(key: string, owner: string, ttlMs: number): Promise<'claimed' | 'running' | 'settled'> {
    return this.connection.evaluate(CLAIM, [this.keys.claim(key)], [owner, finite(ttlMs)]);
  }

  async settle(key: string, ttlMs: number): Promise<void> {
    await this.connection.evaluate(SETTLE_CLAIM, [this.keys.claim(key)], [finite(ttlMs)]);
  }

  async release(key: string, owner: string): Promise<void> {
    await this.connection.evaluate(RELEASE_CLAIM, [this.keys.claim(key)], [owner]);
  }
}
