import { randomInt } from 'node:crypto';
import { Position } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../../bus/log-event.js';
import type { EventDraft, Retention } from '../engine.interface.js';
import { Expiry } from './expiry.js';
import { DamageError } from './file/lmdb-page.js';
import { GroupCommit } from './group-commit.js';
import { IdempotencyKeys } from './idempotency-keys.js';
import { LmdbClaims } from './lmdb-claims.js';
import { LmdbHistory } from './lmdb-history.js';
import { LmdbJournal } from './lmdb-journal.js';
import { LmdbLog } from './lmdb-log.js';
import { LmdbRecords } from './lmdb-records.js';
import type { LmdbStore, LogRow } from './lmdb-store.js';
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
    began: LogRow,
  ) {
    const expiry = new Expiry(store, now);
    const keys = new IdempotencyKeys(store, expiry, retention, now);
    this.log = new LmdbLog(store, keys, retention, now, began);
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
    let store: LmdbStore | undefined;
    try {
      lock = await PathLock.acquire(path);
      store = await openStore(path);
      const began = store.getLog() ?? (await begin(store, now()));
      return new OpenLog(lock, store, tell, retention, now, began);
    } catch (error) {
      await store?.close();
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

async function begin(store: LmdbStore, ms: number): Promise<LogRow> {
  if (!store.isEmpty) throw new DamageError('it does not say where it ends');
  const epoch = randomInt(36 ** 6, 36 ** 7).toString(36);
  const log: LogRow = { epoch, last: [ms, 0] };
  await store.transaction(() => {
    store.putLog(log);
    return true;
  });
  return log;
}
