import type { Position, Reset } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../../bus/log-event.js';
import type { LogPage, ReadQuery } from '../engine.interface.js';
import { firstPage } from '../first-page.js';
import { sincePosition } from '../since.js';
import type { LmdbLog } from './lmdb-log.js';
import type { EventRow, LmdbStore } from './lmdb-store.js';

interface Entry {
  readonly key: [topic: string, ms: number, seq: number];
  readonly value: EventRow;
}

/** The histories of topics, as they are read: of what is on disk, what has been announced and is not too old. */
export class LmdbHistory {
  constructor(
    private readonly store: LmdbStore,
    private readonly log: LmdbLog,
  ) {}

  read(topics: readonly string[], query: ReadQuery): LogPage {
    const head = this.log.last;
    const since = sincePosition(query.since, head);
    const reset = since && this.fault(topics, since, head);
    if (reset) return { events: [], cursor: head, complete: true, reset };
    const { events, complete } = firstPage(this.after(topics, since, head), query);
    return { events, cursor: complete ? head : events.at(-1)!.position, complete };
  }

  latest(topic: string): LogEvent | undefined {
    const [key] = this.store.topics.get(topic) ?? [];
    if (!key || key[0] < this.log.oldestMs) return undefined;
    return this.event({ key: [topic, ...key], value: this.store.history.get([topic, ...key])! });
  }

  private fault(topics: readonly string[], since: Position, head: Position): Reset | undefined {
    if (since.epoch !== this.log.epoch) return { reason: 'epoch' };
    if (since.isAfter(head)) return { reason: 'ahead' };
    return topics.some((topic) => this.hasExpired(topic, since)) ? { reason: 'expired' } : undefined;
  }

  /** Whether an event of `topic` after `since` is kept no more. */
  private hasExpired(topic: string, since: Position): boolean {
    const { log, store } = this;
    const row = store.topics.get(topic);
    if (!row) return log.forgotten?.isAfter(since) ?? false;
    const [, , trimmed] = row;
    if (trimmed && log.toPosition(trimmed).isAfter(since)) return true;
    if (since.ms >= log.oldestMs) return false;
    const tooOld = { start: [topic, since.ms, since.seq + 1], end: [topic, log.oldestMs, 0] };
    const [found] = store.history.getKeys({ ...tooOld, limit: 1 });
    return found !== undefined;
  }

  /** All events of `topics` after `since`, up to the head, in the order of the log. */
  private *after(
    topics: readonly string[],
    since: Position | undefined,
    head: Position,
  ): Generator<LogEvent> {
    const [ms, seq] =
      since && since.ms >= this.log.oldestMs ? [since.ms, since.seq + 1] : [this.log.oldestMs, 0];
    const ranges = topics.map((topic) =>
      this.store.history.getRange({ start: [topic, ms, seq], end: [topic, head.ms, head.seq + 1] }),
    );
    const iterators = ranges.map((range) => range[Symbol.iterator]());
    try {
      const next = iterators.map((iterator) => iterator.next());
      for (;;) {
        const first = earliest(next);
        if (first === undefined) return;
        yield this.event(next[first]!.value as Entry);
        next[first] = iterators[first]!.next();
      }
    } finally {
      for (const iterator of iterators) iterator.return?.();
    }
  }

  private event({ key: [topic, ...key], value }: Entry): LogEvent {
    return this.log.toEvent(key, topic, value);
  }
}

/** Which of the iterators is at the earliest event; undefined when all are done. */
function earliest(results: readonly IteratorResult<Entry>[]): number | undefined {
  let found: { readonly index: number; readonly key: Entry['key'] } | undefined;
  for (const [index, { done, value }] of results.entries()) {
    if (done) continue;
    const { key } = value;
    if (!found || key[1] < found.key[1] || (key[1] === found.key[1] && key[2] < found.key[2])) {
      found = { index, key };
    }
  }
  return found?.index;
}
