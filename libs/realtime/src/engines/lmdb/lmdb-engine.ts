import type { Position } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../../bus/log-event.js';
import type { EventDraft, LogPage, ReadQuery, RealtimeEngine, Retention } from '../engine.interface.js';
import { Listeners } from '../listeners.js';
import type { LmdbClaims } from './lmdb-claims.js';
import type { LmdbJournal } from './lmdb-journal.js';
import type { LmdbRecords } from './lmdb-records.js';
import { OpenLog } from './open-log.js';
import { reading } from './unavailable.js';

export interface LmdbEngineOptions {
  /** A folder on a local disk for the log, and for nothing else. It is made if it is not there. */
  readonly path: string;
  /** The wall clock, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}

/**
 * The log on the disk of one machine: it survives restarts, `kill -9` included, so clients that come back go on
 * where they were. Nothing is acknowledged or announced before it is on disk; what is published meanwhile goes
 * together with the next write. When the disk is full, publishing fails with `log-unavailable` until there is
 * room again, and reading goes on. One process at a time. `retention.maxBytes` does not apply.
 */
export function lmdbEngine({ path, now = Date.now }: LmdbEngineOptions): RealtimeEngine {
  return new LmdbEngine(path, () => Math.trunc(now()));
}

class LmdbEngine implements RealtimeEngine {
  readonly name = 'lmdb';
  readonly durable = true;
  private readonly listeners = new Listeners();
  private users = 0;
  private opening: Promise<OpenLog> | undefined;
  private closing: Promise<void> | undefined;
  private log!: OpenLog;

  constructor(
    private readonly path: string,
    private readonly now: () => number,
  ) {}

  get claims(): LmdbClaims {
    return this.log.claims;
  }

  get journal(): LmdbJournal {
    return this.log.journal;
  }

  get records(): LmdbRecords {
    return this.log.records;
  }

  async start(retention: Retention): Promise<void> {
    await this.closing;
    this.users++;
    this.opening ??= OpenLog.open(this.path, retention, this.now, (event) => this.listeners.tell(event));
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

  async read(topics: readonly string[], query: ReadQuery): Promise<LogPage> {
    return reading(() => this.log.history.read(topics, query));
  }

  async latest(topic: string): Promise<LogEvent | undefined> {
    return reading(() => this.log.history.latest(topic));
  }

  async head(): Promise<Position> {
    return this.log.last;
  }

  async listen(topics: readonly string[], listener: (event: LogEvent) => void): Promise<() => void> {
    return this.listeners.add(topics, listener);
  }

  async listenAll(listener: (event: LogEvent) => void): Promise<() => void> {
    return this.listeners.addForAll(listener);
  }
}
