import type { RecordChange, RecordStore, StoredRecord } from '../engine.interface.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisKeys } from './redis-keys.js';
import { LIST_RECORDS, WRITE_RECORDS } from './scripts.js';

/** Records in a hash, and their keys in a sorted set. */
export class RedisRecords implements RecordStore {
  private readonly names: readonly [string, string];

  constructor(
    private readonly connection: RedisConnection,
    { records, recordKeys }: RedisKeys,
  ) {
    this.names = [records, recordKeys];
  }

  async get(key: string): Promise<string | undefined> {
    const value = await this.connection.command((redis) => redis.hget(this.names[0], key));
    return value ?? undefined;
  }

  async list(
    prefix: string,
    { after = '', limit }: { readonly after?: string; readonly limit: number },
  ): Promise<readonly StoredRecord[]> {
    const answer = await this.connection.evaluate<string[]>(LIST_RECORDS, this.names, [prefix, after, limit]);
    return Array.from({ length: answer.length / 2 }, (_, at) => ({
      key: answer[2 * at]!,
      value: answer[2 * at + 1]!,
    }));
  }

  async write(changes: readonly RecordChange[]): Promise<void> {
    if (changes.length === 0) return;
    const words = changes.flatMap(({ key, value }) => [value === undefined ? 0 : 1, key, value ?? '']);
    await this.connection.evaluate(WRITE_RECORDS, this.names, words);
  }
}
