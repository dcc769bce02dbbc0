import { Position } from 'nestjs-realtime-protocol';
import { LogEvent } from '../bus/log-event.js';
import type { RecordChange, RecordStore } from '../engines/engine.interface.js';
import type { Place } from './progress.js';

/** An event that failed, and will be tried again or has been given up. */
export interface Exception {
  readonly event: LogEvent;
  /** Attempts made so far. */
  readonly attempts: number;
  /** When it is tried again, in milliseconds since 1970; when it was given up, for a dead letter. */
  readonly at: number;
  readonly error: string;
}

/** Where a consumer stands, as it is remembered. */
export interface ConsumerState extends Place {
  readonly paused: boolean;
  /** Since when no handler has its name, ISO 8601. */
  readonly missingSince?: string;
}

/** An exception as it is written down. */
interface ExceptionRecord extends Omit<Exception, 'event'> {
  readonly id: string;
  readonly topic: string;
  readonly type: string;
  readonly json: string;
}

/** Digits of milliseconds, in base 10 and 36, and of sequence numbers that sort as text. */
const DIGITS = Object.freeze({ time: 15, ms: 10, seq: 11 });

/**
 * What is remembered of one consumer: where it stands, and a record for each event that is to be tried again or
 * has been given up. Changes are collected and written together.
 */
export class ConsumerStore {
  private readonly prefix: string;

  constructor(
    readonly name: string,
    private readonly records: RecordStore,
  ) {
    this.prefix = `consumers/${encodeURIComponent(name)}/`;
  }

  /** The names of all consumers that were ever here and not removed. */
  static async names(records: RecordStore): Promise<string[]> {
    const names: string[] = [];
    for (let after: string | undefined; ;) {
      const [next] = await records.list('consumers/', { after, limit: 1 });
      if (!next) return names;
      const encoded = next.key.split('/')[1]!;
      names.push(decodeURIComponent(encoded));
      // Past everything of this consumer: 0 is the character after the slash.
      after = `consumers/${encoded}0`;
    }
  }

  /** Whether there is anything to remember of it. */
  async exists(): Promise<boolean> {
    return (await this.records.list(this.prefix, { limit: 1 })).length > 0;
  }

  async load(): Promise<ConsumerState | undefined> {
    const text = await this.records.get(`${this.prefix}state`);
    return text === undefined ? undefined : (JSON.parse(text) as ConsumerState);
  }

  stateChange(state: ConsumerState): RecordChange {
    return { key: `${this.prefix}state`, value: JSON.stringify(state) };
  }

  retryChange(exception: Exception): RecordChange {
    return { key: this.retryKey(exception), value: toRecord(exception) };
  }

  retryRemoval(exception: Exception): RecordChange {
    return { key: this.retryKey(exception), value: undefined };
  }

  deadChange(exception: Exception): RecordChange {
    return { key: this.deadKey(exception.event.position), value: toRecord(exception) };
  }

  deadRemoval({ event }: Exception): RecordChange {
    return { key: this.deadKey(event.position), value: undefined };
  }

  write(changes: readonly RecordChange[]): Promise<void> {
    return this.records.write(changes);
  }

  /** What is to be tried again, the next first. */
  retries(limit: number): Promise<Exception[]> {
    return this.list('retry/', undefined, limit);
  }

  /** What is to be tried again after a time, in milliseconds since 1970. */
  retriesAfter(time: number, limit: number): Promise<Exception[]> {
    return this.list('retry/', this.retryPrefix(time + 1), limit);
  }

  /** What was given up, in the order of the log, after the event at `after`. */
  deadLetters(after: Position | undefined, limit: number): Promise<Exception[]> {
    return this.list('dead/', after && this.deadKey(after), limit);
  }

  async deadLetter(position: Position): Promise<Exception | undefined> {
    const text = await this.records.get(this.deadKey(position));
    return text === undefined ? undefined : fromRecord(text);
  }

  /** Forgets its place, and makes dead letters of what would be tried again. */
  async retire(): Promise<void> {
    for (let retries: Exception[]; (retries = await this.retries(1_000)).length > 0;) {
      const at = Date.now();
      await this.records.write(
        retries.flatMap((exception) => [this.retryRemoval(exception), this.deadChange({ ...exception, at })]),
      );
    }
    await this.records.write([{ key: `${this.prefix}state`, value: undefined }]);
  }

  /** Forgets the consumer. */
  async remove(): Promise<void> {
    for (;;) {
      const found = await this.records.list(this.prefix, { limit: 1_000 });
      if (found.length === 0) return;
      await this.records.write(found.map(({ key }) => ({ key, value: undefined })));
    }
  }

  /** What tells apart two retries, also of one event. */
  retryKey({ at, event }: Exception): string {
    return `${this.retryPrefix(at)}/${sortable(event.position)}`;
  }

  private retryPrefix(at: number): string {
    return `${this.prefix}retry/${String(at).padStart(DIGITS.time, '0')}`;
  }

  private deadKey(position: Position): string {
    return `${this.prefix}dead/${sortable(position)}`;
  }

  private async list(kind: string, after: string | undefined, limit: number): Promise<Exception[]> {
    const found = await this.records.list(`${this.prefix}${kind}`, { after, limit });
    return found.map(({ value }) => fromRecord(value));
  }
}

/** A cursor sorts by the order of the log only as numbers, a key as text. */
function sortable({ epoch, ms, seq }: Position): string {
  return [ms.toString(36).padStart(DIGITS.ms, '0'), seq.toString(36).padStart(DIGITS.seq, '0'), epoch].join(
    '-',
  );
}

function toRecord({ event, attempts, at, error }: Exception): string {
  const { id, topic, type, json } = event;
  return JSON.stringify({ id, topic, type, json, attempts, at, error } satisfies ExceptionRecord);
}

function fromRecord(text: string): Exception {
  const { id, topic, type, json, attempts, at, error } = JSON.parse(text) as ExceptionRecord;
  return { event: new LogEvent(Position.parse(id), topic, type, json, undefined), attempts, at, error };
}
