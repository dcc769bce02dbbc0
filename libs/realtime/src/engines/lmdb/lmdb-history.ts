import type { Position, Reset } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../../bus/log-event.js';
import type { LogPage, ReadQuery } from '../engine.interface.js';
import { firstPage } from '../first-page.js';
import { sincePosition } from '../since.js';
import { DamageError } from './file/lmdb-page.js';
import { inOrder } from './in-order.js';
import type { LmdbLog } from './lmdb-log.js';
import type { LmdbStore } from './lmdb-store.js';

/** What a read may give: nothing after the head, nothing that is too old. */
interface Bounds {
  readonly head: Position;
  readonly oldestMs: number;
}

/** The histories of topics, as they are read: what is on disk, announced and not too old. */
export class LmdbHistory {
  constructor(
    private readonly store: LmdbStore,
    private readonly log: LmdbLog,
  ) {}

  read(topics: readonly string[], query: ReadQuery): LogPage {
    const { last: head, oldestMs } = this.log;
    const since = sincePosition(query.since, head);
    // With one time for all of it: what is not too old when it is looked for is not when it is read.
    const bounds = { head, oldestMs };
    const reset = since && this.fault(topics, since, bounds);
    if (reset) return { events: [], cursor: head, complete: true, reset };
    const all = inOrder(topics.map((topic) => this.after(topic, since, bounds)));
    const { events, complete } = firstPage(all, query);
    return { events, cursor: complete ? head : events.at(-1)!.position, complete };
  }

  latest(topic: string): LogEvent | undefined {
    const [key] = this.store.topics.get(topic) ?? [];
    if (!key || key[0] < this.log.oldestMs) return undefined;
    const row = this.store.history.get([topic, ...key]);
    if (!row) throw new DamageError(`the last event of "${topic}" is missing`);
    return this.log.rows.event(topic, key, row);
  }

  private fault(topics: readonly string[], since: Position, bounds: Bounds): Reset | undefined {
    if (since.epoch !== this.log.rows.epoch) return { reason: 'epoch' };
    if (since.isAfter(bounds.head)) return { reason: 'ahead' };
    const expired = topics.some((topic) => this.hasExpired(topic, since, bounds));
    return expired ? { reason: 'expired' } : undefined;
  }

  /** Whether an event of `topic` after `since` is kept no more. */
  private hasExpired(topic: string, since: Position, { oldestMs }: Bounds): boolean {
    const { log, store } = this;
    const row = store.topics.get(topic);
    if (!row) return log.forgotten?.isAfter(since) ?? false;
    const [, , trimmed] = row;
    if (trimmed && log.rows.position(trimmed).isAfter(since)) return true;
    if (since.ms >= oldestMs) return false;
    const tooOld = { start: [topic, since.ms, since.seq + 1], end: [topic, oldestMs, 0] };
    const [found] = store.history.getKeys({ ...tooOld, limit: 1 });
    return found !== undefined;
  }

  /** The events of a topic after `since`: all of them, or an error. */
  private *after(topic: string, since: Position | undefined, bounds: Bounds): Generator<LogEvent, void> {
    const { head, oldestMs } = bounds;
    const { rows } = this.log;
    const [last, , trimmed] = this.store.topics.get(topic) ?? [];
    const [ms, seq] = since && since.ms >= oldestMs ? [since.ms, since.seq + 1] : [oldestMs, 0];
    const range = { start: [topic, ms, seq], end: [topic, head.ms, head.seq + 1] };
    const start = since ?? (trimmed ? rows.position(trimmed) : undefined);
    let before: Position | undefined;
    const assertNext = (position: Position | undefined) => {
      const follows = before ? isSame(position, before) : !isWithin(position, start, bounds);
      if (!follows) throw new DamageError(`an event of "${topic}" is missing before ${String(position)}`);
    };
    for (const { key, value } of this.store.history.getRange(range)) {
      const [, ...position] = key;
      const event = rows.event(topic, position, value);
      assertNext(event.previous);
      yield event;
      before = event.position;
    }
    const end = last && rows.position(last);
    if (!end?.isAfter(head)) assertNext(end);
  }
}

function isSame(a: Position | undefined, b: Position): boolean {
  return a?.ms === b.ms && a.seq === b.seq;
}

/** Whether an event there is to be given to who reads from `start`. */
function isWithin(
  position: Position | undefined,
  start: Position | undefined,
  { head, oldestMs }: Bounds,
): boolean {
  if (!position || position.ms < oldestMs || position.isAfter(head)) return false;
  return !start || position.isAfter(start);
}
