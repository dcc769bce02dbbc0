import type { Position } from 'nestjs-realtime-protocol';
import { LogEvent } from '../../bus/log-event.js';
import type { EventDraft, Retention } from '../engine.interface.js';
import { EventRows } from './event-rows.js';
import type { Participant } from './group-commit.js';
import type { IdempotencyKeys } from './idempotency-keys.js';
import type { KeyRow, LmdbStore, LogRow, PositionKey, TopicRow } from './lmdb-store.js';

/** What goes with any write, at most, of what is kept no more. Each event appended adds two. */
const TRIMMED_PER_WRITE = 256;

/** The log's tables, as they are written. `append` and `release` are called within a transaction. */
export class LmdbLog implements Participant {
  readonly rows: EventRows;
  /** As it is on disk. */
  private durable: LogRow;
  /** As it will be, if the transaction that is under way succeeds. */
  private pending: LogRow;
  /** The topics that the transaction changes; undefined for one of which nothing is left. */
  private readonly changed = new Map<string, TopicRow | undefined>();
  private toTrim = TRIMMED_PER_WRITE;

  /** @param began how the log stood when it was opened */
  constructor(
    private readonly store: LmdbStore,
    private readonly keys: IdempotencyKeys,
    private readonly retention: Retention,
    private readonly now: () => number,
    began: LogRow,
  ) {
    this.rows = new EventRows(began.epoch);
    this.durable = this.pending = began;
  }

  /** The last position that is on disk. */
  get last(): Position {
    return this.rows.position(this.durable.last);
  }

  get forgotten(): Position | undefined {
    return this.durable.forgotten && this.rows.position(this.durable.forgotten);
  }

  /** Events before this time are kept no more. */
  get oldestMs(): number {
    return Math.max(0, this.now() - this.retention.maxAgeMs);
  }

  append(draft: EventDraft): LogEvent {
    const { topic, type, json } = draft;
    const found = this.keys.find(draft);
    if (found) return this.firstEvent(draft, found);
    const key = this.tick();
    // Of a topic that is new here, earlier events may have been forgotten.
    const [last, count, trimmed] = this.topicRow(topic) ?? [null, 0, this.pending.forgotten ?? null];
    const previous = last ? this.rows.position(last) : undefined;
    const event = new LogEvent(this.rows.position(key), topic, type, json, previous);
    void this.store.history.put([topic, ...key], this.rows.row(event));
    void this.store.order.put(key, topic);
    if (draft.journaled) void this.store.journal.put(key, [topic]);
    this.keys.remember(draft, key);
    this.changed.set(topic, [key, count + 1, trimmed]);
    this.toTrim += 2;
    this.trimTopic(topic, count + 1 - this.retention.maxEvents);
    return event;
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
    if (this.pending !== this.durable) store.putLog(this.pending);
    this.keys.forgetExpired();
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
    this.durable = this.pending = this.store.getLog() ?? this.durable;
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
    const [last, count] = this.topicRow(topic) ?? [key, 1];
    const row = store.history.get([topic, ...key]);
    if (row && store.journal.doesExist(key)) void store.journal.put(key, [topic, row]);
    void store.history.remove([topic, ...key]);
    void store.order.remove(key);
    this.changed.set(topic, count > 1 ? [last, count - 1, key] : undefined);
    if (count === 1) this.pending = { ...this.pending, forgotten: later(this.pending.forgotten, key) };
    this.toTrim--;
  }

  /** The event that was published first with the draft's idempotency key. */
  private firstEvent({ topic, json }: EventDraft, [key, type]: KeyRow): LogEvent {
    const row = this.store.history.get([topic, ...key]) ?? this.store.journal.get(key)?.[1];
    return this.rows.event(topic, key, row ?? [[type, null], json]);
  }
}

function later(a: PositionKey | undefined, b: PositionKey): PositionKey {
  if (!a) return b;
  return a[0] === b[0] ? (a[1] > b[1] ? a : b) : a[0] > b[0] ? a : b;
}
