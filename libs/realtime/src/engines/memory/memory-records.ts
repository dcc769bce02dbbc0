import type { RecordChange, RecordStore, StoredRecord } from '../engine.interface.js';

/** Records in the memory of this process. */
export class MemoryRecords implements RecordStore {
  private readonly values = new Map<string, string>();
  /** All keys, sorted. */
  private readonly keys: string[] = [];

  async get(key: string): Promise<string | undefined> {
    return this.values.get(key);
  }

  async list(
    prefix: string,
    { after, limit }: { readonly after?: string; readonly limit: number },
  ): Promise<readonly StoredRecord[]> {
    const found: StoredRecord[] = [];
    let index = this.indexOf(prefix);
    if (after !== undefined && after >= prefix)
      index = this.indexOf(after) + (this.values.has(after) ? 1 : 0);
    for (; index < this.keys.length && found.length < limit; index++) {
      const key = this.keys[index]!;
      if (!key.startsWith(prefix)) break;
      found.push({ key, value: this.values.get(key)! });
    }
    return found;
  }

  async write(changes: readonly RecordChange[]): Promise<void> {
    for (const { key, value } of changes) {
      if (value === undefined) this.remove(key);
      else this.put(key, value);
    }
  }

  private put(key: string, value: string): void {
    if (!this.values.has(key)) this.keys.splice(this.indexOf(key), 0, key);
    this.values.set(key, value);
  }

  private remove(key: string): void {
    if (this.values.delete(key)) this.keys.splice(this.indexOf(key), 1);
  }

  /** Where `key` is, or would be. */
  private indexOf(key: string): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
