import { randomInt } from 'node:crypto';
import { Position } from 'nestjs-realtime-protocol';
import { LogEvent } from '../../bus/log-event.js';
import { RealtimeError } from '../../realtime.errors.js';
import type { EventDraft, LogPage, ReadQuery, RealtimeEngine, Retention } from '../engine.interface.js';
import { firstPage } from '../first-page.js';
import { Listeners } from '../listeners.js';
import { sincePosition } from '../since.js';
import { ExpiringMap } from './expiring-map.js';
import { MemoryClaims } from './memory-claims.js';
import { MemoryJournal } from './memory-journal.js';
import { MemoryRecords } from './memory-records.js';
import { type Entry, TopicLog } from './topic-log.js';

export interface MemoryEngineOptions {
  /** The wall clock, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}

/** What an event costs besides its data, roughly, counted into `retention.maxBytes`. */
const ENTRY_BYTES = 384;
/** How many idempotency keys are remembered; beyond that the oldest are forgotten first. */
const MAX_KEYS = 100_000;

/**
 * The log in the memory of this process: for one process, development and tests. Each engine is a new epoch,
 * so clients that come back after a restart are told `reset`. Of idempotency keys it remembers the last
 * 100,000, of claims the last million.
 */
export function memoryEngine(options: MemoryEngineOptions = {}): RealtimeEngine {
  const { now = Date.now } = options;
  return new MemoryEngine(() => Math.trunc(now()));
}

class MemoryEngine implements RealtimeEngine {
  readonly name = 'memory';
  readonly durable = false;
  readonly claims: MemoryClaims;
  readonly journal: MemoryJournal;
  readonly records = new MemoryRecords();

  private readonly epoch = randomInt(36 ** 6, 36 ** 7).toString(36);
  private readonly logs = new Map<string, TopicLog>();
  private readonly listeners = new Listeners();
  /** The first event of each idempotency key, without its data: that would escape `maxBytes`. */
  private readonly keys: ExpiringMap<LogEvent>;
  private retention!: Retention;
  private last: Position;
  private oldest: Entry | undefined;
  private newest: Entry | undefined;
  private bytes = 0;
  /** The latest event trimmed of a topic of which nothing is kept any more. */
  private forgotten: Position | undefined;

  constructor(private readonly now: () => number) {
    this.claims = new MemoryClaims(now);
    this.journal = new MemoryJournal(
      now,
      () => this.retention,
      () => this.last,
    );
    this.keys = new ExpiringMap(now, MAX_KEYS);
    this.last = new Position(this.epoch, now(), 0);
  }

  async start(retention: Retention): Promise<void> {
    this.retention = retention;
  }

  async stop(): Promise<void> {}

  async publish(draft: EventDraft): Promise<LogEvent> {
    const bytes = Buffer.byteLength(draft.json) + draft.topic.length + ENTRY_BYTES;
    if (bytes > this.retention.maxBytes) {
      throw new RealtimeError(
        'payload-too-large',
        `An event of ${bytes} bytes does not fit into retention.maxBytes (${this.retention.maxBytes}).`,
      );
    }
    const first = this.first(draft);
    if (first) return first;
    if (draft.journaled) this.journal.reserve(bytes);
    const log = this.log(draft.topic);
    const event = new LogEvent(this.tick(), draft.topic, draft.type, draft.json, log.newest?.event.position);
    this.append({ event, bytes, log, older: this.newest, newer: undefined });
    this.remember(draft, event);
    this.trim(log);
    if (draft.journaled) this.journal.append(event, bytes);
    this.listeners.tell(event);
    return event;
  }

  async read(topics: readonly string[], query: ReadQuery): Promise<LogPage> {
    this.expire();
    const since = sincePosition(query.since, this.last);
    const reset = since && this.fault(topics, since);
    if (reset) return { events: [], cursor: this.last, complete: true, reset };

    // What is cut off at the limit is newer than all that is given: no topic gives more than `limit`.
    const found = topics.flatMap((topic) => this.logs.get(topic)?.after(since, query.limit + 1) ?? []);
    if (topics.length > 1) found.sort((a, b) => (a.position.isAfter(b.position) ? 1 : -1));
    const { events, complete } = firstPage(found, query);
    return { events, cursor: complete ? this.last : events.at(-1)!.position, complete };
  }

  async latest(topic: string): Promise<LogEvent | undefined> {
    this.expire();
    return this.logs.get(topic)?.newest?.event;
  }

  async head(): Promise<Position> {
    return this.last;
  }

  async listen(topics: readonly string[], listener: (event: LogEvent) => void): Promise<() => void> {
    return this.listeners.add(topics, listener);
  }

  async listenAll(listener: (event: LogEvent) => void): Promise<() => void> {
    return this.listeners.addForAll(listener);
  }

  /** The next position; the wall clock may stand still or go back. */
  private tick(): Position {
    const { ms, seq } = this.last;
    const now = this.now();
    this.last = now > ms ? new Position(this.epoch, now, 0) : new Position(this.epoch, ms, seq + 1);
    return this.last;
  }

  private log(topic: string): TopicLog {
    let log = this.logs.get(topic);
    if (!log) this.logs.set(topic, (log = new TopicLog(this.forgotten)));
    return log;
  }

  private append(entry: Entry): void {
    entry.log.append(entry);
    this.bytes += entry.bytes;
    if (this.newest) this.newest.newer = entry;
    else this.oldest = entry;
    this.newest = entry;
  }

  private trim(log: TopicLog): void {
    while (log.size > this.retention.maxEvents) this.drop(log.oldest!);
    this.expire();
    while (this.bytes > this.retention.maxBytes) this.drop(this.oldest!);
  }

  private expire(): void {
    const limit = this.now() - this.retention.maxAgeMs;
    while (this.oldest && this.oldest.event.position.ms < limit) this.drop(this.oldest);
  }

  /** Drops the oldest entry of its topic. */
  private drop(entry: Entry): void {
    const { older, newer, log, event } = entry;
    if (older) older.newer = newer;
    else this.oldest = newer;
    if (newer) newer.older = older;
    else this.newest = older;
    this.bytes -= entry.bytes;
    log.trim();
    if (log.size > 0) return;
    this.logs.delete(event.topic);
    if (!this.forgotten || event.position.isAfter(this.forgotten)) this.forgotten = event.position;
  }

  private first({ topic, idempotencyKey, json }: EventDraft): LogEvent | undefined {
    const found = idempotencyKey === undefined ? undefined : this.keys.get(`${topic}\n${idempotencyKey}`);
    if (!found) return undefined;
    const { position, type, previous } = found;
    return this.logs.get(topic)?.at(position) ?? new LogEvent(position, topic, type, json, previous);
  }

  private remember({ topic, idempotencyKey }: EventDraft, { position, type, previous }: LogEvent): void {
    if (idempotencyKey === undefined) return;
    const event = new LogEvent(position, topic, type, '', previous);
    this.keys.set(`${topic}\n${idempotencyKey}`, event, this.retention.idempotencyMs);
  }

  private fault(topics: readonly string[], since: Position): LogPage['reset'] {
    if (since.epoch !== this.epoch) return { reason: 'epoch' };
    if (since.isAfter(this.last)) return { reason: 'ahead' };
    const expired = topics.some((topic) => {
      const log = this.logs.get(topic);
      return (log ? log.trimmed : this.forgotten)?.isAfter(since);
    });
    return expired ? { reason: 'expired' } : undefined;
  }
}
