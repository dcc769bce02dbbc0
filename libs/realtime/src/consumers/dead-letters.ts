import { Position, type TopicEvent } from 'nestjs-realtime-protocol';
import type { RecordStore } from '../engines/engine.interface.js';
import { RealtimeError } from '../realtime.errors.js';
import type { Consumer } from './consumer.js';
import { ConsumerStore, type Exception } from './consumer-store.js';

/** An event that was given up. */
export interface DeadLetter {
  readonly event: TopicEvent;
  readonly attempts: number;
  /** When it was given up, ISO 8601. */
  readonly time: string;
  /** Why the last attempt failed. */
  readonly error: string;
}

export interface DeadLetterQuery {
  /** The id of the last event of the page before. */
  readonly after?: string;
  /** Default: 100. */
  readonly limit?: number;
}

/** How many are redelivered with one write. */
const PAGE = 100;

/** The dead letters of one consumer. */
export class DeadLetters {
  private readonly store: ConsumerStore;
  /** One at a time: what two redeliver at once would be attempted twice. */
  private redelivering: Promise<unknown> | undefined;

  constructor(name: string, records: RecordStore) {
    this.store = new ConsumerStore(name, records);
  }

  async list({ after, limit = PAGE }: DeadLetterQuery): Promise<DeadLetter[]> {
    return (await this.store.deadLetters(after === undefined ? undefined : cursor(after), limit)).map(
      describe,
    );
  }

  /** Has `consumer` attempt them again, all or the one with this event id. @returns how many */
  redeliver(consumer: Consumer, id: string | undefined): Promise<number> {
    const work = () => (id === undefined ? this.redeliverAll(consumer) : this.redeliverOne(consumer, id));
    const result = this.redelivering?.then(work, work) ?? work();
    this.redelivering = result;
    return result;
  }

  private async redeliverOne(consumer: Consumer, id: string): Promise<number> {
    const dead = await this.store.deadLetter(cursor(id));
    if (dead) await consumer.revive([dead]);
    return dead ? 1 : 0;
  }

  private async redeliverAll(consumer: Consumer): Promise<number> {
    let count = 0;
    // Once through: one that fails again meanwhile stays.
    for (let after: Position | undefined; ;) {
      const page = await this.store.deadLetters(after, PAGE);
      if (page.length === 0) return count;
      await consumer.revive(page);
      count += page.length;
      after = page.at(-1)!.event.position;
    }
  }
}

function describe({ event, attempts, at, error }: Exception): DeadLetter {
  return { event: event.toTopicEvent(), attempts, time: new Date(at).toISOString(), error };
}

function cursor(id: string): Position {
  try {
    return Position.parse(id);
  } catch (error) {
    throw RealtimeError.from(error);
  }
}
