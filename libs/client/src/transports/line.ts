import type { PublishMessage, ResetReason, TopicEvent } from 'nestjs-realtime-protocol';
import type { RealtimeClientError } from '../client.error.js';

/** What a line tells. Nothing is told any more once the line was closed. */
export interface LineListener {
  /** The server has answered: what it has of the past comes first. */
  opened(): void;
  /** Caught up: events come as they happen. */
  live(): void;
  /** Events of the topics that are followed, oldest first. */
  events(events: readonly TopicEvent[]): void;
  /** Everything up to `cursor` has been told, for all topics that are followed. */
  moved(cursor: string): void;
  /** Current state by topic, as of `cursor` or later. */
  snapshot(cursor: string, states: States): void;
  /** History was lost; all topics that are followed go on from `cursor`. */
  reset(reason: ResetReason, cursor: string): void;
  /** The server will not follow these topics; the line may be asked to follow others. */
  refused(error: RealtimeClientError): void;
  /** The line has ended, and tells nothing more. */
  ended(end: LineEnd): void;
}

export interface LineEnd {
  /** Why, unless the server closed it in good order. */
  readonly error?: RealtimeClientError;
  /** When the server wants to be asked again, in milliseconds. */
  readonly retryMs?: number;
}

export type States = Readonly<Record<string, unknown>>;

/** Where topics are, as of now. */
export interface Joined {
  readonly cursor: string;
  readonly states?: States;
}

/**
 * A connection to the server by one transport. It keeps no cursors: `follow` says where to read on from, and what
 * it tells after that is everything later, once and in order, or a reset.
 */
export interface Line {
  /** Follows exactly these topics, strictly after `since`, or from now on, with their state, if that is undefined. */
  follow(topics: readonly string[], since: string | undefined): void;
  /** Asks where topics are and for their state, beside what is followed. */
  join(topics: readonly string[]): Promise<Joined>;
  /** @returns the id of the event */
  publish(message: PublishMessage): Promise<string>;
  /** Takes new credentials. */
  renew(): Promise<void>;
  close(): void;
}

export const TRANSPORTS = ['websocket', 'sse', 'long-poll', 'short-poll'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** Opens a line; whether that worked, its listener is told. */
export type OpenLine = (listener: LineListener) => Line;
