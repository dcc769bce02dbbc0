import { Position } from 'nestjs-realtime-protocol';
import { LogEvent } from '../../bus/log-event.js';
import type { EventDraft, Retention } from '../engine.interface.js';
import type { Expiry } from './expiry.js';
import type { Participant } from './group-commit.js';
import type { IdempotencyKeys } from './idempotency-keys.js';
import type { EventRow, KeyRow, LmdbStore, PositionKey, TopicRow } from './lmdb-store.js';

/** What goes with any write, at most, of what is kept no more. Each event appended adds two. */
const TRIMMED_PER_WRITE = 256;

/** Where a log stands. */
interface Standing {
  readonly last: PositionKey;
  /** The latest event trimmed of a topic of which nothing is kept any more. */
  readonly forgotten: PositionKey | undefined;
}

/** The log's tables, as they are written. `append` and `release` are called within a transaction. */
export class LmdbLog implements Participant {
  readonly epoch: string;
  private durable: Standing;
  /** Where it stands if the transaction that is under way succeeds. */
  private pending: Standing;
  /** The topics that the transaction changes; undefined for one of which nothing is left. */
  private readonly changed = new Map<string, TopicRow | undefined>();
  private toTrim = TRIMMED_PER_WRITE;

  /** @param epoch of the log if it is new */
  constructor(
    private readonly store: LmdbStore,
    private readonly keys: IdempotencyKeys,
    private readonly expiry: Expiry,
    private readonly retention: Retention,
    private readonly now: () => number,
    epoch: string,
  ) {
    this.epoch = store.getMeta('epoch') ?? epoch;
    this.durable = this.pending = this.standing();
  }

  /** The last position that is on disk. */
  get last(): Position {
    return this.toPosition(this.durable.last);
  }

  get forgotten(): Position | undefined {
    return this.durable.forgotten && this.toPosition(this.durable.forgotten);
  }

  /** Events before this time are kept no more. */
  get oldestMs(): number {
    return Math.max(0, this.now() - this.retention.maxAgeMs);
  }

  /** Begins a log that is new. */
  create(): void {
    if (this.store.getMeta('epoch') !== undefined) return;
    this.store.putMeta('epoch', this.epoch);
    this.store.putMeta('last', this.pending.last);
  }

  append(draft: EventDraft): LogEvent {
    const { topic, type, json } = draft;
    const found = this.keys.find(draft);
    if (found) return this.firstEvent(draft, found);
    const key = this.tick();
    // Of a topic that is new here, earlier events may have been forgotten.
    const [previous, count, trimmed] = this.topicRow(topic) ?? [null, 0, this.pending.forgotten ?? null];
    const row: EventRow = [type, json, previous];
    void this.store.history.put([topic, ...key], row);
    void this.store.order.put(key, topic);
    if (draft.journaled) void this.store.journal.put(key, topic);
    this.keys.remember(draft, key);
    this.changed.set(topic, [key, count + 1, trimmed]);
    this.toTrim += 2;
    this.trimTopic(topic, count + 1 - this.retention.maxEvents);
    return this.toEvent(key, topic, row);
  }

  /** Takes what is up to `position`, and old enough, out of the journal: some of it. */
  release({ ms, seq }: Position): void {
    const end: PositionKey = ms < this.oldestMs ? [ms, seq + 1] : [this.oldestMs, 0];
    const keys = [...this.store.journal.getKeys({ end, limit: TRIMMED_PER_WRITE })];
    for (const key of keys) void this.store.journal.remove(key);
  }

  seal(): void {
    const { store } = this;
    const old = [...store.order.getRange({ end: [this.oldestMs, 0], limit: this.toTrim })];
    for (const { key, value } of old) this.drop(value, key);
    for (const [topic, row] of this.changed) {
      if (row) void store.topics.put(topic, row);
      else void store.topics.remove(topic);
    }
    const { last, forgotten } = this.pending;
    if (last !== this.durable.last) store.putMeta('last', last);
    if (forgotten && forgotten !== this.durable.forgotten) store.putMeta('forgotten', forgotten);
    this.expiry.forget();
  }

  committed(): void {
    this.durable = this.pending;
    this.begin();
  }

  rollBack(): void {
    this.pending = this.durable;
    this.begin();
  }

  reload(): void {
    this.durable = this.pending = this.standing();
  }

  toPosition([ms, seq]: PositionKey): Position {
    return new Position(this.epoch, ms, seq);
  }

  toEvent(key: PositionKey, topic: string, [type, json, previous]: EventRow): LogEvent {
    const before = previous ? this.toPosition(previous) : undefined;
    return new LogEvent(this.toPosition(key), topic, type, json, before);
  }

  private standing(): Standing {
    const { store } = this;
    return { last: store.getMeta('last') ?? [this.now(), 0], forgotten: store.getMeta('forgotten') };
  }

  private begin(): void {
    this.changed.clear();
    this.toTrim = TRIMMED_PER_WRITE;
  }

  private tick(): PositionKey {
    const [ms, seq] = this.pending.last;
    const now = this.now();
    const last: PositionKey = now > ms ? [now, 0] : [ms, seq + 1];
    this.pending = { ...this.pending, last };
    return last;
  }

  private topicRow(topic: string): TopicRow | undefined {
    return this.changed.has(topic) ? this.changed.get(topic) : this.store.topics.get(topic);
  }

  /** Trims the oldest events of a topic that has `excess` too many. */
  private trimTopic(topic: string, excess: number): void {
    if (!(excess > 0)) return;
    const limit = Math.min(excess, this.toTrim);
    const range = { start: [topic, 0, 0], end: [topic, Number.MAX_SAFE_INTEGER, 0], limit };
    const oldest = [...this.store.history.getKeys(range)];
    for (const [, ...key] of oldest) this.drop(topic, key);
  }

  /** Drops the oldest event of a topic, which is at `key`. */
  private drop(topic: string, key: PositionKey): void {
    const { store } = this;
    const [last, count] = this.topicRow(topic)!;
    if (store.journal.doesExist(key)) {
      void store.journal.put(key, [topic, ...store.history.get([topic, ...key])!]);
    }
    void store.history.remove([topic, ...key]);
    void store.order.remove(key);
    this.changed.set(topic, count > 1 ? [last, count - 1, key] : undefined);
    if (count === 1) this.pending = { ...this.pending, forgotten: later(this.pending.forgotten, key) };
    this.toTrim--;
  }

  /** The event that was published first with the draft's idempotency key. */
  private firstEvent({ topic, json }: EventDraft, [ms, seq, type]: KeyRow): LogEvent {
    const kept = this.store.history.get([topic, ms, seq]);
    const journaled = kept ? undefined : this.store.journal.get([ms, seq]);
    if (!Array.isArray(journaled)) return this.toEvent([ms, seq], topic, kept ?? [type, json, null]);
    const [, ...row] = journaled;
    return this.toEvent([ms, seq], topic, row);
  }
}

function later(a: PositionKey | undefined, b: PositionKey): PositionKey {
  if (!a) return b;
  return a[0] === b[0] ? (a[1] > b[1] ? a : b) : a[0] > b[0] ? a : b;
}
