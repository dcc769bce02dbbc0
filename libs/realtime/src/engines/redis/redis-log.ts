import type { LogEvent } from '../../bus/log-event.js';
import type { EventDraft, Retention } from '../engine.interface.js';
import { Announcements } from './announcements.js';
import { decodeEvent, type EventRow } from './event-codec.js';
import { finite } from './finite.js';
import { RedisClaims } from './redis-claims.js';
import { RedisConnection } from './redis-connection.js';
import { RedisJournal } from './redis-journal.js';
import { RedisKeys } from './redis-keys.js';
import type { ResolvedRedisOptions } from './redis-options.js';
import { RedisReader } from './redis-reader.js';
import { RedisRecords } from './redis-records.js';
import { PUBLISH } from './scripts.js';

/** A log that is connected to. */
export class RedisLog {
  readonly reader: RedisReader;
  readonly announcements: Announcements;
  readonly journal: RedisJournal;
  readonly claims: RedisClaims;
  readonly records: RedisRecords;

  private constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly retention: Retention,
    timeoutMs: number,
  ) {
    this.reader = new RedisReader(connection, keys);
    this.announcements = new Announcements(connection, keys, this.reader, timeoutMs);
    this.journal = new RedisJournal(connection, keys, this.announcements, retention);
    this.claims = new RedisClaims(connection, keys);
    this.records = new RedisRecords(connection, keys);
  }

  /** @throws RealtimeError `log-unavailable` */
  static async open(options: ResolvedRedisOptions, retention: Retention): Promise<RedisLog> {
    const keys = new RedisKeys(options.prefix);
    const connection = new RedisConnection(keys, options);
    try {
      await connection.connect();
      const log = new RedisLog(connection, keys, retention, options.timeoutMs);
      await log.announcements.start();
      return log;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.announcements.close();
    await this.connection.close();
  }

  async publish(draft: EventDraft): Promise<LogEvent> {
    const { topic, type, json, journaled = false, idempotencyKey } = draft;
    const { keys, retention } = this;
    const key = keys.idempotency(topic, idempotencyKey ?? '');
    const names = [keys.topics, keys.topic(topic), keys.journal, key];
    const limits = [retention.maxEvents, retention.maxAgeMs, retention.idempotencyMs].map(finite);
    const flags = [journaled, idempotencyKey !== undefined].map(Number);
    const words = [topic, type, json, keys.everything, 'PUBLISH', ...limits, ...flags, keys.topicPrefix];
    const [epoch, ...row] = await this.connection.run<[string, ...EventRow]>(PUBLISH, names, words);
    return decodeEvent(epoch, row);
  }
}
