import type { RecordStore } from '../../engines/engine.interface.js';

/** Since when nothing could be delivered, by endpoint. Remembered over restarts. */
export class FailingSince {
  /** In milliseconds since 1970; 0 when the last delivery succeeded. */
  private readonly known = new Map<string, number>();

  constructor(private readonly records: RecordStore) {}

  /** A delivery failed. @returns how long there have only been failures, in milliseconds */
  async failed(endpointId: string): Promise<number> {
    const since = await this.since(endpointId);
    const now = Date.now();
    if (since === 0) await this.set(endpointId, now);
    return since === 0 ? 0 : now - since;
  }

  /** A delivery succeeded, or there is a new beginning. */
  async clear(endpointId: string): Promise<void> {
    // Mostly, and after every delivery.
    if (this.known.get(endpointId) === 0) return;
    if ((await this.since(endpointId)) !== 0) await this.set(endpointId, 0);
  }

  /** The endpoint was removed. */
  async forget(endpointId: string): Promise<void> {
    await this.clear(endpointId);
    this.known.delete(endpointId);
  }

  private async since(endpointId: string): Promise<number> {
    if (!this.known.has(endpointId)) {
      const since = Number((await this.records.get(keyOf(endpointId))) ?? 0);
      // Another attempt may have ended meanwhile.
      if (!this.known.has(endpointId)) this.known.set(endpointId, since);
    }
    return this.known.get(endpointId) ?? 0;
  }

  private async set(endpointId: string, since: number): Promise<void> {
    this.known.set(endpointId, since);
    const value = since === 0 ? undefined : String(since);
    await this.records.write([{ key: keyOf(endpointId), value }]);
  }
}

function keyOf(endpointId: string): string {
  return `endpoints-failing/${endpointId}`;
}
