import type { Position, Reset } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../bus/log-event.js';

/**
 * Where the log lives. An engine keeps one totally ordered sequence of events over all topics, and tells this
 * process of every event appended to a topic it listens to, no matter which process appended it.
 *
 * What every engine promises, and `test/contracts/engine.contract.ts` checks:
 *
 * - **Order.** Positions only grow, over all topics, also when the wall clock goes back.
 * - **Atomicity.** A publish assigns a position, appends, trims and announces in one step. It is in the log
 *   when its promise resolves and not in the log when it rejects. Rejected and deduplicated publishes consume
 *   no position.
 * - **Announcements** reach listeners in the order of the log, at most once. They may be lost (a dropped
 *   network connection) but never silently: each carries its topic's `previous` position, also where that
 *   event was trimmed. What is lost of one topic while another is heard comes too late for readers of both,
 *   who are reset: an engine that knows what it lost announces it before it goes on.
 * - **Completeness.** A read gives every event of its topics after `since`, oldest first, or a `reset`.
 *   Never a part.
 *
 * One engine may serve several modules of one process: each calls `start` once and `stop` once.
 */
export interface RealtimeEngine {
  /** For messages to people: `memory`, `lmdb`, `redis`. */
  readonly name: string;

  /** Opens the log. Nothing else is called before this resolves. */
  start(retention: Retention): Promise<void>;

  /** Flushes and closes. Nothing else is called afterwards. */
  stop(): Promise<void>;

  /**
   * Appends one event. With an `idempotencyKey` seen on this topic within `retention.idempotencyMs`, appends
   * nothing and resolves to the first publish's event; where that is no longer kept, its data is this draft's.
   */
  publish(draft: EventDraft): Promise<LogEvent>;

  /** Reads one page of history over `topics` (no duplicates among them; none is an empty page at the head). */
  read(topics: readonly string[], query: ReadQuery): Promise<LogPage>;

  /** The last event of `topic`, or undefined when none is kept. */
  latest(topic: string): Promise<LogEvent | undefined>;

  /**
   * The last position of the log: everything up to it has been announced to this process's listeners before
   * the promise resolves.
   */
  head(): Promise<Position>;

  /**
   * Calls `listener` for every event appended to `topics` after the promise has resolved (and perhaps for some
   * shortly before). The listener neither throws, blocks nor publishes. Resolves to the function that ends it.
   */
  listen(topics: readonly string[], listener: (event: LogEvent) => void): Promise<() => void>;

  /**
   * Calls `listener` for every event appended to any topic after the promise has resolved, as `listen` does for
   * some. Resolves to the function that ends it.
   */
  listenAll(listener: (event: LogEvent) => void): Promise<() => void>;

  /** Whether what was acknowledged survives the death of this process. */
  readonly durable: boolean;

  /** Who is already working on what, for deduplication. */
  readonly claims: ClaimStore;

  /** What durable consumers read. */
  readonly journal: Journal;

  /** What durable consumers remember. */
  readonly records: RecordStore;
}

/** What a publish appends. */
export interface EventDraft {
  readonly topic: string;
  readonly type: string;
  /** The data as JSON text. */
  readonly json: string;
  readonly idempotencyKey?: string;
  /** Keep it in the journal too, for a durable consumer follows its topic. */
  readonly journaled?: boolean;
}

/** What is kept. A limit of `Infinity` is no limit. */
export interface Retention {
  /** Events per topic. */
  readonly maxEvents: number;
  /** Age of an event in milliseconds. */
  readonly maxAgeMs: number;
  /** Bytes of data over all topics; the oldest events go first. Only where the log is in memory. */
  readonly maxBytes: number;
  /** How long an idempotency key is remembered, in milliseconds. */
  readonly idempotencyMs: number;
}

/** Where to begin: strictly after a position, at the oldest event kept, at the head, or at a time. */
export type Since = Position | 'earliest' | 'latest' | Date;

export interface ReadQuery {
  readonly since: Since;
  /** The most events in one page, at least 1. */
  readonly limit: number;
  /** The most bytes of data in one page; one event is always given, however large. */
  readonly maxBytes: number;
}

/** One page of history. */
export interface LogPage {
  /** Oldest first. Empty with a reset. */
  readonly events: readonly LogEvent[];
  /** Everything up to here has been given: where the next read goes on. After a reset, the head. */
  readonly cursor: Position;
  /** Whether `cursor` was the head of the log when it was read. */
  readonly complete: boolean;
  /** Present when it cannot be proven that nothing between `since` and now is missing. */
  readonly reset?: Reset;
}

/** Exclusive, expiring claims on keys, as old as the log itself: kept as long and as safely. */
export interface ClaimStore {
  /**
   * Claims `key` for `ttlMs`. `claimed`: it is yours, settle or release it. `running`: somebody has it and has
   * not settled it, be it the same owner. `settled`: it was done before.
   * @param owner text that nobody else uses, such as a new UUID
   */
  claim(key: string, owner: string, ttlMs: number): Promise<'claimed' | 'running' | 'settled'>;
  /** Remembers that the work was done, for `ttlMs` from now, whoever has the key: what is done is done. */
  settle(key: string, ttlMs: number): Promise<void>;
  /**
   * Gives the key back, so that it can be claimed again. Nothing happens unless it is still `owner` who has it:
   * whose claim has expired must not end another's.
   */
  release(key: string, owner: string): Promise<void>;
}

/**
 * The events that durable consumers follow, in the order of the log. Unlike a topic's history it is not trimmed
 * by count or age before every consumer is past it: what was accepted is there until it was handled. An engine
 * that has no room left for it refuses to publish rather than drop.
 */
export interface Journal {
  /**
   * At most `limit` events after `since`, oldest first. Never skips one that is not released. Where the journal
   * ends, the cursor is at the head of the log.
   */
  read(since: Position, limit: number): Promise<JournalPage>;
  /** Calls `listener` when something was appended, perhaps more often. Returns the function that ends it. */
  listen(listener: () => void): () => void;
  /**
   * Every consumer is past `position`: what is up to there may go, once retention lets it.
   * @param slowest whose position it is, for messages to people
   */
  release(position: Position, slowest?: string): Promise<void>;
}

export interface JournalPage {
  readonly events: readonly LogEvent[];
  /** Where the next read goes on. */
  readonly cursor: Position;
  /** Whether this was the end of the journal. */
  readonly complete: boolean;
}

/** Small records under sorted keys, as durable as the log. */
export interface RecordStore {
  get(key: string): Promise<string | undefined>;
  /** Records whose key begins with `prefix`, in the order of their keys, strictly after the key `after`. */
  list(
    prefix: string,
    query: { readonly after?: string; readonly limit: number },
  ): Promise<readonly StoredRecord[]>;
  /** Writes all changes or none; an undefined value removes. Durable when it resolves. */
  write(changes: readonly RecordChange[]): Promise<void>;
}

export interface StoredRecord {
  readonly key: string;
  readonly value: string;
}

export interface RecordChange {
  readonly key: string;
  readonly value: string | undefined;
}
