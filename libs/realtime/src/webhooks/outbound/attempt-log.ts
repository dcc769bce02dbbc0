import { Logger } from '@nestjs/common';
import type { RecordChange, RecordStore } from '../../engines/engine.interface.js';
import type { Delivery, DeliveryAttempt } from './endpoint.js';

/** Attempts kept per endpoint; the oldest go first. */
const MAX_ATTEMPTS = 1_000;
/** Old ones are looked for once per so many new ones. */
const TRIM_EVERY = 100;
/** Digits of microseconds since 1970 that sort as text. */
const TIME_DIGITS = 16;

/**
 * What was sent lately, and what came of it. For people to look at: attempts are written together, beside the
 * deliveries and not before them, so that a crash may forget the last few.
 */
export class AttemptLog {
  private readonly logger = new Logger('Realtime');
  private readonly added = new Map<string, number>();
  private pending: RecordChange[] = [];
  private writing: Promise<void> | undefined;
  private last = 0;

  constructor(private readonly records: RecordStore) {}

  add(endpointId: string, attempt: DeliveryAttempt): void {
    // Keys sort by time, also of attempts within one millisecond.
    this.last = Math.max(Date.now() * 1_000, this.last + 1);
    const key = prefixOf(endpointId) + String(this.last).padStart(TIME_DIGITS, '0');
    this.pending.push({ key, value: JSON.stringify(attempt) });
    this.added.set(endpointId, (this.added.get(endpointId) ?? 0) + 1);
    this.writing ??= this.write();
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
    this.added.delete(endpointId);
    await this.trim(endpointId, 0);
  }

  /** Resolves when everything that was added is written. */
  async flush(): Promise<void> {
    await this.writing;
    // What came while the first was at its end.
    await this.writing;
  }

  private async write(): Promise<void> {
    // What ends in this turn is written together.
    await new Promise((resolve) => void setImmediate(resolve));
    try {
      for (let batch: RecordChange[]; (batch = this.pending).length > 0;) {
        this.pending = [];
        await this.records.write(batch);
      }
      for (const [endpointId, count] of this.added) {
        if (count < TRIM_EVERY) continue;
        this.added.set(endpointId, 0);
        await this.trim(endpointId, MAX_ATTEMPTS);
      }
    } catch (error) {
      this.logger.error('What was sent to webhook endpoints could not be written down.', error);
    }
    this.writing = this.pending.length > 0 ? this.write() : undefined;
  }

  private async all(endpointId: string): Promise<DeliveryAttempt[]> {
    await this.flush();
    const found = await this.records.list(prefixOf(endpointId), { limit: MAX_ATTEMPTS + 2 * TRIM_EVERY });
    return found.map(({ value }) => JSON.parse(value) as DeliveryAttempt).toReversed();
  }

  private async trim(endpointId: string, kept: number): Promise<void> {
    const found = await this.records.list(prefixOf(endpointId), { limit: Infinity });
    const excess = found.slice(0, Math.max(0, found.length - kept));
    await this.records.write(excess.map(({ key }) => ({ key, value: undefined })));
  }
}

function prefixOf(endpointId: string): string {
  return `attempts/${endpointId}/`;
}
