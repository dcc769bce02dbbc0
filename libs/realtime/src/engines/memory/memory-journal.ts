import type { Position } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../../bus/log-event.js';
import { RealtimeError } from '../../realtime.errors.js';
import type { Journal, JournalPage, Retention } from '../engine.interface.js';

interface Kept {
  readonly event: LogEvent;
  readonly bytes: number;
}

/** When to try again that found no room, in milliseconds. */
const RETRY_AFTER_MS = 1_000;

/** The journal in the memory of this process. Of its own `retention.maxBytes`, beside the log's. */
export class MemoryJournal implements Journal {
  private readonly listeners = new Set<() => void>();
  /** Oldest first, from `first` on. */
  private kept: Kept[] = [];
  private first = 0;
  private bytes = 0;
  private released: Position | undefined;
  private slowest: string | undefined;

  constructor(
    private readonly now: () => number,
    private readonly retention: () => Retention,
    private readonly head: () => Position,
  ) {}

  /**
   * Makes room.
   * @throws RealtimeError `journal-full` when what is not released leaves none
   */
  reserve(bytes: number): void {
    const { maxBytes } = this.retention();
    while (this.bytes + bytes > maxBytes && this.isReleased(this.kept[this.first])) this.dropOldest();
    if (this.bytes + bytes > maxBytes) throw this.full(maxBytes);
  }

  append(event: LogEvent, bytes: number): void {
    this.kept.push({ event, bytes });
    this.bytes += bytes;
    for (const listener of this.listeners) listener();
  }

  async read(since: Position, limit: number): Promise<JournalPage> {
    const start = this.indexAfter(since);
    const events = this.kept.slice(start, start + limit).map(({ event }) => event);
    const complete = start + events.length === this.kept.length;
    return { events, cursor: complete ? this.head() : events.at(-1)!.position, complete };
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async release(position: Position, slowest?: string): Promise<void> {
    this.released = position;
    this.slowest = slowest;
    const limit = this.now() - this.retention().maxAgeMs;
    for (let oldest; (oldest = this.kept[this.first]) && oldest.event.position.ms < limit;) {
      if (!this.isReleased(oldest)) return;
      this.dropOldest();
    }
  }

  private isReleased(kept: Kept | undefined): boolean {
    return kept !== undefined && this.released !== undefined && !kept.event.position.isAfter(this.released);
  }

  private dropOldest(): void {
    this.bytes -= this.kept[this.first]!.bytes;
    this.kept[this.first++] = undefined as never;
    // The emptied front is cut off once it is half of the array, so that dropping is O(1) on average.
    if (this.first * 2 <= this.kept.length) return;
    this.kept = this.kept.slice(this.first);
    this.first = 0;
  }

  private full(maxBytes: number): RealtimeError {
    const count = this.kept.length - this.first;
    const detail = `It waits for the durable consumer ${this.slowest ?? 'that is furthest behind'}: ${count} events fill retention.maxBytes (${maxBytes}). Get that consumer going, remove it, or raise the limit.`;
    return new RealtimeError('journal-full', 'The log has no room.', RETRY_AFTER_MS, undefined, { detail });
  }

  private indexAfter(position: Position): number {
    let low = this.first;
    let high = this.kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.kept[middle]!.event.position.isAfter(position)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
