import { Position } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../../bus/log-event.js';
import type { LogPage, ReadQuery, Since } from '../engine.interface.js';
import { firstPage } from '../first-page.js';
import { decodeEvent, decodeId, encodeId, type EventRow } from './event-codec.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisKeys } from './redis-keys.js';
import { CHANGED, HEAD, LATEST, READ } from './scripts.js';

type Reason = '' | 'expired' | 'epoch' | 'ahead';
type Answer = readonly [epoch: string, last: string, reason: Reason, ...rows: EventRow[]];

/** Reads the log. */
export class RedisReader {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  async read(topics: readonly string[], query: ReadQuery): Promise<LogPage> {
    const streams = topics.map((topic) => this.keys.topic(topic));
    const words = [...sinceWords(query.since), query.limit, Math.min(query.maxBytes, 1e15), ...topics];
    const [epoch, last, reason, ...rows] = await this.connection.run<Answer>(READ, streams, words);
    const head = decodeId(epoch, last);
    if (reason !== '') return { events: [], cursor: head, complete: true, reset: { reason } };
    const found = rows.map((row) => decodeEvent(epoch, row));
    if (topics.length > 1) found.sort((a, b) => (a.position.isAfter(b.position) ? 1 : -1));
    const { events, complete } = firstPage(found, query);
    return { events, cursor: complete ? head : events.at(-1)!.position, complete };
  }

  async latest(topic: string): Promise<LogEvent | undefined> {
    type Latest = readonly [epoch: string, row?: EventRow];
    const [epoch, row] = await this.connection.run<Latest>(LATEST, [this.keys.topic(topic)], [topic]);
    return row && decodeEvent(epoch, row);
  }

  /** The head of the log, behind which `mark` is published. */
  async head(channel: string, mark: string): Promise<Position> {
    const [epoch, last] = await this.connection.run<[string, string]>(HEAD, [], ['PUBLISH', channel, mark]);
    return decodeId(epoch, last);
  }

  /** Topics of which the last event is of this time or later. */
  changed(ms: number): Promise<string[]> {
    return this.connection.run<string[]>(CHANGED, [this.keys.topics], [ms]);
  }
}

function sinceWords(since: Since): [how: string, epoch: string, id: string] {
  if (since instanceof Position) return ['position', since.epoch, encodeId(since)];
  if (since instanceof Date) {
    return ['time', '', `${Math.max(0, since.getTime() - 1)}-${Number.MAX_SAFE_INTEGER}`];
  }
  return [since, '', ''];
}
