import type { Position } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../../bus/log-event.js';

/** One event in the log, linked to its neighbours in the order over all topics. */
export interface Entry {
  readonly event: LogEvent;
  readonly bytes: number;
  readonly log: TopicLog;
  older: Entry | undefined;
  newer: Entry | undefined;
}

/** The events kept of one topic, oldest first. */
export class TopicLog {
  private entries: Entry[] = [];
  private first = 0;

  /** @param trimmed the last event that may have been trimmed away before this log began */
  constructor(public trimmed: Position | undefined) {}

  get size(): number {
    return this.entries.length - this.first;
  }

  get oldest(): Entry | undefined {
    return this.entries[this.first];
  }

  get newest(): Entry | undefined {
    return this.entries.at(-1);
  }

  append(entry: Entry): void {
    this.entries.push(entry);
  }

  /** Takes the oldest event away. */
  trim(): void {
    const entry = this.entries[this.first];
    if (!entry) return;
    this.trimmed = entry.event.position;
    this.entries[this.first++] = undefined as never;
    // The emptied front is cut off once it is half of the array, so that trimming is O(1) on average.
    if (this.first * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.first);
      this.first = 0;
    }
  }

  /** The event of this topic that was given `position`, if it is kept. */
  at(position: Position): LogEvent | undefined {
    return this.entries[this.indexAfter(position) - 1]?.event;
  }

  /** At most `limit` events after `position`, or from the oldest. */
  after(position: Position | undefined, limit: number): LogEvent[] {
    const start = position ? this.indexAfter(position) : this.first;
    return this.entries.slice(start, start + limit).map(({ event }) => event);
  }

  private indexAfter(position: Position): number {
    let low = this.first;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.entries[middle]!.event.position.isAfter(position)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
