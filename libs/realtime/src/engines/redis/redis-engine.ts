import type { Position } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../../bus/log-event.js';
import type { EventDraft, LogPage, ReadQuery, RealtimeEngine, Retention } from '../engine.interface.js';
import type { RedisClaims } from './redis-claims.js';
import type { RedisJournal } from './redis-journal.js';
import { RedisLog } from './redis-log.js';
import { REDIS_DEFAULTS, type RedisEngineOptions, type ResolvedRedisOptions } from './redis-options.js';
import type { RedisRecords } from './redis-records.js';

/**
 * The log in Redis 7 or later, for many nodes: whoever connects to any of them reads the same log. When Redis is
 * away, publishing fails with `log-unavailable`, readers stay connected, and are told what they missed when it is
 * back. `retention.maxBytes` does not apply: set Redis's own `maxmemory`, with `noeviction`. Durable handlers,
 * webhook endpoints and relays do not share their work yet: let one node have them.
 *
 * @example
 * RealtimeModule.forRoot({ engine: redisEngine({ url: 'redis://localhost:6379' }) })
 */
export function redisEngine(options: RedisEngineOptions): RealtimeEngine {
  return new RedisEngine({ ...REDIS_DEFAULTS, ...options });
}

class RedisEngine implements RealtimeEngine {
  readonly name = 'redis';
  readonly durable = true;
  private users = 0;
  private opening: Promise<RedisLog> | undefined;
  private closing: Promise<void> | undefined;
  private log!: RedisLog;

  constructor(private readonly options: ResolvedRedisOptions) {}

  get claims(): RedisClaims {
    return this.log.claims;
  }

  get journal(): RedisJournal {
    return this.log.journal;
  }

  get records(): RedisRecords {
    return this.log.records;
  }

  async start(retention: Retention): Promise<void> {
    await this.closing;
    this.users++;
    this.opening ??= RedisLog.open(this.options, retention);
    try {
      this.log = await this.opening;
    } catch (error) {
      this.users--;
      this.opening = undefined;
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (--this.users > 0) return;
    this.opening = undefined;
    this.closing = this.log.close();
    await this.closing;
  }

  publish(draft: EventDraft): Promise<LogEvent> {
    return this.log.publish(draft);
  }

  read(topics: readonly string[], query: ReadQuery): Promise<LogPage> {
    return this.log.reader.read(topics, query);
  }

  latest(topic: string): Promise<LogEvent | undefined> {
    return this.log.reader.latest(topic);
  }

  head(): Promise<Position> {
    return this.log.announcements.head();
  }

  listen(topics: readonly string[], listener: (event: LogEvent) => void): Promise<() => void> {
    return this.log.announcements.listen(topics, listener);
  }

  listenAll(listener: (event: LogEvent) => void): Promise<() => void> {
    return this.log.announcements.listenAll(listener);
  }
}
