import { Inject, Injectable } from '@nestjs/common';
import type { ClaimStore, RealtimeEngine } from '../../engines/engine.interface.js';
import { REALTIME_ENGINE } from '../../realtime.options.js';

/** How long a delivery counts as being handled: a process that dies must not keep it for ever. */
const RUNNING_MS = 300_000;

/** Which deliveries are being handled, and which have been, by all of a delivery's keys at once. */
@Injectable()
export class WebhookClaims {
  private readonly store: ClaimStore;

  constructor(@Inject(REALTIME_ENGINE) engine: RealtimeEngine) {
    this.store = engine.claims;
  }

  /** `claimed` if all of the keys are `owner`'s now; else none is, and what the first other one is. */
  async claim(keys: readonly string[], owner: string): Promise<'claimed' | 'running' | 'settled'> {
    for (const [index, key] of keys.entries()) {
      const state = await this.store.claim(key, owner, RUNNING_MS);
      if (state === 'claimed') continue;
      await this.release(keys.slice(0, index), owner);
      return state;
    }
    return 'claimed';
  }

  /** Remembers that they were handled. */
  async settle(keys: readonly string[], ttlMs: number): Promise<void> {
    await Promise.all(keys.map((key) => this.store.settle(key, ttlMs)));
  }

  /** Lets the next delivery with these keys be handled; those that `owner` has no longer are left alone. */
  async release(keys: readonly string[], owner: string): Promise<void> {
    await Promise.all(keys.map((key) => this.store.release(key, owner)));
  }
}
