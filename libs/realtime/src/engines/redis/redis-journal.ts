import type { Position } from 'nestjs-realtime-protocol';
import type { Journal, JournalPage, Retention } from '../engine.interface.js';
import type { Announcements } from './announcements.js';
import { decodeEvent, decodeId, encodeId, type EventRow } from './event-codec.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisKeys } from './redis-keys.js';
import { finite } from './finite.js';
import { READ_JOURNAL, RELEASE_JOURNAL } from './scripts.js';

type Answer = readonly [epoch: string, last: string, ...rows: EventRow[]];

/** The journal as a stream. */
export class RedisJournal implements Journal {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly announcements: Announcements,
    private readonly retention: Retention,
  ) {}

  async read(since: Position, limit: number): Promise<JournalPage> {
    const words = [encodeId(since), limit];
    const [epoch, last, ...rows] = await this.connection.run<Answer>(
      READ_JOURNAL,
      [this.keys.journal],
      words,
    );
    const events = rows.slice(0, limit).map((row) => decodeEvent(epoch, row));
    const complete = rows.length <= limit;
    return { events, complete, cursor: complete ? decodeId(epoch, last) : events.at(-1)!.position };
  }

  listen(listener: () => void): () => void {
    return this.announcements.listenToJournal(listener);
  }

  async release(position: Position): Promise<void> {
    const words = [encodeId(position), finite(this.retention.maxAgeMs)];
    await this.connection.run(RELEASE_JOURNAL, [this.keys.journal], words);
  }
}
