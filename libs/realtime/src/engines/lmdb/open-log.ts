import { randomInt } from 'node:crypto';
import { Position } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../../bus/log-event.js';
import type { EventDraft, Retention } from '../engine.interface.js';
import { Expiry } from './expiry.js';
import { GroupCommit } from './group-commit.js';
import { IdempotencyKeys } from './idempotency-keys.js';
import { LmdbClaims } from './lmdb-claims.js';
import { LmdbHistory } from './lmdb-history.js';
import { LmdbJournal } from './lmdb-journal.js';
import { LmdbLog } from './lmdb-log.js';
import { LmdbRecords } from './lmdb-records.js';
import type { LmdbStore } from './lmdb-store.js';
import { openStore } from './open-store.js';
import { PathLock } from './path-lock.js';
import { refused } from './refused.js';

/** What an engine has between `start` and `stop`. */
export class OpenLog {
  readonly claims: LmdbClaims;
  readonly journal: LmdbJournal;
  readonly records: LmdbRecords;
  readonly history: LmdbHistory;
  private readonly log: LmdbLog;
  private readonly commit: GroupCommit;
  private announced: Position;

  private constructor(
    private readonly lock: PathLock,
    private readonly store: LmdbStore,
    private readonly tell: (event: LogEvent) => void,
    retention: Retention,
    now: () => number,
  ) {
    const expiry = new Expiry(store, now);
    const keys = new IdempotencyKeys(store, expiry, retention, now);
    const epoch = randomInt(36 ** 6, 36 ** 7).toString(36);
    this.log = new LmdbLog(store, keys, expiry, retention, now, epoch);
    this.announced = this.log.last;
    this.commit = new GroupCommit(store, this.log);
    this.claims = new LmdbClaims(store, this.commit, expiry, now);
    this.journal = new LmdbJournal(store, this.log, this.commit);
    this.records = new LmdbRecords(store, this.commit);
    this.history = new LmdbHistory(store, this.log);
  }

  /**
   * @param tell is called with each event once it is on disk, in the order of the log
   * @throws RealtimeConfigurationError when the folder is in use, or the log in it cannot be read or written
   */
  static async open(
    path: string,
    retention: Retention,
    now: () => number,
    tell: (event: LogEvent) => void,
  ): Promise<OpenLog> {
    let lock: PathLock | undefined;
    try {
      lock = await PathLock.acquire(path);
      const open = new OpenLog(lock, await openStore(path), tell, retention, now);
      await open.commit.run(() => open.log.create());
      return open;
    } catch (error) {
      await lock?.release();
      throw refused(path, error);
    }
  }

  get last(): Position {
    return this.log.last;
  }

  publish(draft: EventDraft): Promise<LogEvent> {
    return this.commit.run(
      () => this.log.append(draft),
      (event) => this.announce(event, draft),
    );
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.commit.idle();
    await this.store.close();
    await this.lock.release();
  }

  private announce(event: LogEvent, draft: EventDraft): void {
    // A deduplicated publish found an event that was announced long ago.
    if (!event.position.isAfter(this.announced)) return;
    this.announced = event.position;
    this.tell(event);
    if (draft.journaled) this.journal.tell();
  }
}
