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
    return found && found[3] > this.now() ? found : undefined;
  }

  /** The draft was appended at a place. */
  remember(draft: EventDraft, [ms, seq]: PositionKey): void {
    if (draft.idempotencyKey === undefined) return;
    const expires = this.now() + this.retention.idempotencyMs;
    void this.store.keys.put(keyOf(draft), [ms, seq, draft.type, expires]);
    this.expiry.add(expires, 'keys', keyOf(draft));
  }
}

/** A topic has no line break. */
function keyOf({ topic, idempotencyKey }: EventDraft): string {
  return `${topic}\n${idempotencyKey}`;
}
