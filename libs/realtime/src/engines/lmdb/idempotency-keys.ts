import type { EventDraft, Retention } from '../engine.interface.js';
import type { Expiry } from './expiry.js';
import type { KeyRow, LmdbStore, PositionKey } from './lmdb-store.js';

/** The first event of each idempotency key. Every method is called within a transaction. */
export class IdempotencyKeys {
  constructor(
    private readonly store: LmdbStore,
    private readonly expiry: Expiry,
    private readonly retention: Retention,
    private readonly now: () => number,
  ) {}

  find(draft: EventDraft): KeyRow | undefined {
    if (draft.idempotencyKey === undefined) return undefined;
    const found = this.store.keys.get(keyOf(draft));
    return found && found[2] > this.now() ? found : undefined;
  }

  /** The draft was appended at a place. */
  remember(draft: EventDraft, position: PositionKey): void {
    if (draft.idempotencyKey === undefined) return;
    const key = keyOf(draft);
    const expires = this.expiry.add(this.retention.idempotencyMs, 'keys', key);
    void this.store.keys.put(key, [position, draft.type, expires]);
  }

  /** Forgets some of those whose time is over, and claims like them. */
  forgetExpired(): void {
    this.expiry.forget();
  }
}

/** A topic has no line break. */
function keyOf({ topic, idempotencyKey }: EventDraft): string {
  return `${topic}\n${idempotencyKey}`;
}
