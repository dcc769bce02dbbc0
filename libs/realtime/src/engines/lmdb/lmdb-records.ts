import type { RecordChange, RecordStore, StoredRecord } from '../engine.interface.js';
import type { GroupCommit } from './group-commit.js';
import type { LmdbStore } from './lmdb-store.js';
import { reading } from './unavailable.js';

/** Records that outlive the process. */
export class LmdbRecords implements RecordStore {
  constructor(
    private readonly store: LmdbStore,
    private readonly commit: GroupCommit,
  ) {}

  async get(key: string): Promise<string | undefined> {
    return reading(() => this.store.records.get(key));
  }

  async list(
    prefix: string,
    { after, limit }: { readonly after?: string; readonly limit: number },
  ): Promise<readonly StoredRecord[]> {
    const start = after !== undefined && after > prefix ? after : prefix;
    return reading(() => this.from(start, prefix, start === after, limit));
  }

  write(changes: readonly RecordChange[]): Promise<void> {
    return this.commit.run(() => {
      for (const { key, value } of changes) {
        if (value === undefined) void this.store.records.remove(key);
        else void this.store.records.put(key, value);
      }
    });
  }

  private from(start: string, prefix: string, exclusiveStart: boolean, limit: number): StoredRecord[] {
    const found: StoredRecord[] = [];
    for (const record of this.store.records.getRange({ start, exclusiveStart })) {
      if (found.length === limit || !record.key.startsWith(prefix)) break;
      found.push(record);
    }
    return found;
  }
}
