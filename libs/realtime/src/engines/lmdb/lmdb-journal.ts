import type { Position } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../../bus/log-event.js';
import type { Journal, JournalPage } from '../engine.interface.js';
import { DamageError } from './file/lmdb-page.js';
import type { GroupCommit } from './group-commit.js';
import type { LmdbLog } from './lmdb-log.js';
import type { JournalRow, LmdbStore, PositionKey } from './lmdb-store.js';
import { reading } from './unavailable.js';

/** The journal on disk. It has room as long as the disk has. */
export class LmdbJournal implements Journal {
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly store: LmdbStore,
    private readonly log: LmdbLog,
    private readonly commit: GroupCommit,
  ) {}

  /** Something was appended. */
  tell(): void {
    for (const listener of this.listeners) listener();
  }

  async read(since: Position, limit: number): Promise<JournalPage> {
    const head = this.log.last;
    const range = { start: [since.ms, since.seq + 1], end: [head.ms, head.seq + 1], limit };
    const events = reading(() =>
      [...this.store.journal.getRange(range)].map(({ key, value }) => this.event(key, value)),
    );
    const complete = events.length < limit;
    const cursor = complete && head.isAfter(since) ? head : (events.at(-1)?.position ?? since);
    return { events, cursor, complete };
  }

  listen(listener: () => void): () => void {
    // A function of its own, for the same one may listen twice.
    const own = () => listener();
    this.listeners.add(own);
    return () => this.listeners.delete(own);
  }

  async release(position: Position): Promise<void> {
    while (this.hasReleasable(position)) await this.commit.run(() => this.log.release(position));
  }

  private hasReleasable({ ms, seq }: Position): boolean {
    const [oldest] = this.store.journal.getKeys({ limit: 1, end: [ms, seq + 1] });
    return oldest !== undefined && oldest[0] < this.log.oldestMs;
  }

  private event(key: PositionKey, [topic, kept]: JournalRow): LogEvent {
    const row = kept ?? this.store.history.get([topic, ...key]);
    if (!row) throw new DamageError(`an event of "${topic}" in the journal is missing`);
    return this.log.rows.event(topic, key, row);
  }
}
