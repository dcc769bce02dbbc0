import { Logger } from '@nestjs/common';
import type { RecordChange, RecordStore } from '../../engines/engine.interface.js';
import type { Delivery, DeliveryAttempt } from './endpoint.js';

/** Attempts kept per endpoint, at least; the oldest go first. */
const MAX_ATTEMPTS = 1_000;
/** How many more there are before the oldest are looked for. */
const EXCESS = 100;
/** For how long attempts are collected before they are written. */
const COLLECT_MS = 1_000;
/** Digits of microseconds since 1970 that sort as text. */
const TIME_DIGITS = 16;

/**
 * What was sent lately, and what came of it. For people to look at: attempts are written together, beside the
 * deliveries and not before them, so that a crash may forget those of the last second.
 */
export class AttemptLog {
  private readonly logger = new Logger('Realtime');
  /** Not written yet. */
  private pending = new Map<string, DeliveryAttempt[]>();
  /** How many are in the store, of each endpoint of which that is known. */
  private readonly stored = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private writing = Promise.resolve();
  private last = 0;

  constructor(private readonly records: RecordStore) {}

  add(endpointId: string, attempt: DeliveryAttempt): void {
    const attempts = this.pending.get(endpointId);
    if (!attempts) this.pending.set(endpointId, [attempt]);
    // However long it takes to write.
    else if (attempts.push(attempt) === 2 * MAX_ATTEMPTS) attempts.splice(0, MAX_ATTEMPTS);
    this.timer ??= setTimeout(() => void this.flush(), COLLECT_MS).unref();
  }

  /** The latest first; of one event, if it is given. */
  async list(
    endpointId: string,
    { eventId, limit = 100 }: { eventId?: string; limit?: number } = {},
  ): Promise<DeliveryAttempt[]> {
    const attempts = await this.all(endpointId);
    return attempts.filter((attempt) => eventId === undefined || attempt.eventId === eventId).slice(0, limit);
  }

  /** Events by their last attempt, the latest first. */
  async deliveries(endpointId: string, limit = 100): Promise<Delivery[]> {
    const deliveries = new Map<string, Delivery>();
    for (const last of await this.all(endpointId)) {
      const { eventId, topic, type, ok, number: attempts } = last;
      if (deliveries.has(eventId)) continue;
      deliveries.set(eventId, { eventId, topic, type, state: ok ? 'delivered' : 'failing', attempts, last });
    }
    return [...deliveries.values()].slice(0, limit);
  }

  async clear(endpointId: string): Promise<void> {
    await this.flush();
    const found = await this.batches(endpointId);
    await this.records.write(found.map(({ key }) => ({ key, value: undefined })));
    this.stored.delete(endpointId);
  }

  /** Resolves when everything that was added is written. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    const { pending } = this;
    if (pending.size === 0) return;
    this.pending = new Map();
    try {
      for (const endpointId of pending.keys()) await this.count(endpointId);
      await this.records.write(
        [...pending].map(([endpointId, attempts]) => this.record(endpointId, attempts)),
      );
      for (const [endpointId, { length }] of pending) await this.trim(endpointId, length);
    } catch (error) {
      this.stored.clear();
      this.logger.error('What was sent to webhook endpoints could not be written down.', error);
    }
  }

  /** The attempts of one endpoint as one record, whose key sorts by time. */
  private record(endpointId: string, attempts: readonly DeliveryAttempt[]): RecordChange {
    this.last = Math.max(Date.now() * 1_000, this.last + 1);
    const key = prefixOf(endpointId) + String(this.last).padStart(TIME_DIGITS, '0');
    return { key, value: JSON.stringify(attempts) };
  }

  private async count(endpointId: string): Promise<void> {
    if (this.stored.has(endpointId)) return;
    const found = await this.batches(endpointId);
    this.stored.set(endpointId, found.flatMap(({ attempts }) => attempts).length);
  }

  /** @param added how many more are in the store than before */
  private async trim(endpointId: string, added: number): Promise<void> {
    let count = this.stored.get(endpointId)! + added;
    this.stored.set(endpointId, count);
    if (count < MAX_ATTEMPTS + EXCESS) return;
    const changes: RecordChange[] = [];
    for (const { key, attempts } of await this.batches(endpointId, count - MAX_ATTEMPTS)) {
      if (count - attempts.length < MAX_ATTEMPTS) break;
      count -= attempts.length;
      changes.push({ key, value: undefined });
    }
    await this.records.write(changes);
    this.stored.set(endpointId, count);
  }

  private async all(endpointId: string): Promise<DeliveryAttempt[]> {
    await this.flush();
    const found = await this.batches(endpointId);
    return found
      .flatMap(({ attempts }) => attempts)
      .slice(-MAX_ATTEMPTS)
      .toReversed();
  }

  private async batches(
    endpointId: string,
    limit = Infinity,
  ): Promise<{ key: string; attempts: DeliveryAttempt[] }[]> {
    const found = await this.records.list(prefixOf(endpointId), { limit });
    return found.map(({ key, value }) => ({ key, attempts: JSON.parse(value) as DeliveryAttempt[] }));
  }
}

function prefixOf(endpointId: string): string {
  return `attempts/${endpointId}/`;
}
