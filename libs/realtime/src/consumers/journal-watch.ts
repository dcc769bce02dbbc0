import { Logger } from '@nestjs/common';
import type { Position } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../bus/log-event.js';
import { PatternIndex } from '../bus/pattern-index.js';
import type { TopicPattern } from '../bus/topic-pattern.js';
import { endOfTurn } from './end-of-turn.js';
import type { Journal, JournalPage } from '../engines/engine.interface.js';

/** Events read from the journal at once. */
const PAGE = 64;
/** How long to wait before reading again what could not be read. */
const RETRY_MS = 1_000;

/** Somebody who reads the journal, and has read all of it. */
export interface JournalReader {
  accepts(event: LogEvent): boolean;
  /**
   * Here is the next event for it; up to `before` there was none.
   * @returns whether it wants more. If not, it goes on reading by itself.
   */
  offer(event: LogEvent, before: Position): boolean;
}

/**
 * Reads what is appended to the journal once, on behalf of all consumers that have read all of it, and hands
 * each what is for it: what a thousand consumers cost is what they are given, and not what they are not.
 */
export class JournalWatch {
  private readonly logger = new Logger('Realtime');
  private readonly readers = new PatternIndex<JournalReader>();
  /** Who is waiting, and the place of the last that it has. */
  private readonly waiting = new Map<JournalReader, Position>();
  private readonly unlisten: () => void;
  /** Up to here it was looked at for everyone who is waiting. */
  private position: Position | undefined;
  private looking = false;
  private failing = false;
  private closed = false;

  /** How often something was appended, as far as is known. */
  appended = 0;

  constructor(private readonly journal: Journal) {
    this.unlisten = journal.listen(() => {
      this.appended++;
      if (!this.looking) void this.look();
    });
  }

  /** Which events are for `reader`. @returns the function that takes it back */
  follow(patterns: readonly TopicPattern[], reader: JournalReader): () => void {
    const removals = patterns.map((pattern) => this.readers.add(pattern, reader));
    return () => removals.forEach((remove) => remove());
  }

  read(since: Position): Promise<JournalPage> {
    return this.journal.read(since, PAGE);
  }

  /**
   * Watches for a reader that has read everything up to `cursor`.
   * @param appended what it was before that was read
   * @returns whether that was far enough; else it must read on first
   */
  join(reader: JournalReader, cursor: Position, appended: number): boolean {
    if (appended !== this.appended || this.position?.isAfter(cursor)) return false;
    if (this.waiting.size === 0) this.position = cursor;
    this.waiting.set(reader, cursor);
    return true;
  }

  leave(reader: JournalReader): void {
    this.waiting.delete(reader);
  }

  isWatchingFor(reader: JournalReader): boolean {
    return this.waiting.has(reader);
  }

  /** How far there is nothing for `reader`, if it is waiting. */
  placeOf(reader: JournalReader): Position | undefined {
    const joined = this.waiting.get(reader);
    return joined && later(joined, this.position);
  }

  close(): void {
    this.closed = true;
    this.unlisten();
  }

  private async look(): Promise<void> {
    this.looking = true;
    // What one turn appends is looked at together.
    await endOfTurn();
    try {
      for (let seen = -1; seen !== this.appended && this.waiting.size > 0 && !this.closed;) {
        const { appended } = this;
        const { events, complete } = await this.journal.read(this.position!, PAGE);
        for (const event of events) this.lookAt(event);
        if (complete) seen = appended;
      }
      this.failing = false;
    } catch (error) {
      this.tryAgain(error);
    }
    this.looking = false;
  }

  private lookAt(event: LogEvent): void {
    for (const reader of this.readers.match(event.topic)) {
      const has = this.waiting.get(reader);
      // With two patterns that match, it is found twice.
      if (!has || !event.position.isAfter(has) || !reader.accepts(event)) continue;
      this.waiting.set(reader, event.position);
      if (!reader.offer(event, later(has, this.position))) this.waiting.delete(reader);
    }
    this.position = later(event.position, this.position);
  }

  private tryAgain(error: unknown): void {
    if (!this.failing) this.logger.error('The journal cannot be read; it is tried again.', error);
    this.failing = true;
    setTimeout(() => {
      if (!this.looking) void this.look();
    }, RETRY_MS).unref();
  }
}

function later(a: Position, b: Position | undefined): Position {
  return b?.isAfter(a) ? b : a;
}
