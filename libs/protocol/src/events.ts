/** An event as a reader receives it. Treat it as read-only: it is shared by all readers. */
export interface TopicEvent<T = unknown> {
  /** Its place in the log: the cursor to go on from after this event. */
  readonly id: string;
  readonly topic: string;
  /** What kind of event it is; `message` unless the publisher said otherwise. */
  readonly type: string;
  readonly data: T;
  /** When it was published, ISO 8601. */
  readonly time: string;
}

/** Why it cannot be proven that a reader missed nothing. */
export type ResetReason =
  /** Events after the cursor have been trimmed. */
  | 'expired'
  /** The cursor is from another life of the log. */
  | 'epoch'
  /** The cursor is later than anything in the log. */
  | 'ahead';

export interface Reset {
  readonly reason: ResetReason;
}

/** The answer of a poll in log mode. */
export interface PollAnswer<T = unknown> {
  /** Where to go on from. */
  readonly cursor: string;
  readonly events: readonly TopicEvent<T>[];
  /** Present when history was lost: reload state, go on from `cursor`. */
  readonly reset?: Reset;
  /** Current state as of `cursor` or later, where the route has one: on a first poll and with a reset. */
  readonly snapshot?: unknown;
}

/** Types of the events that the server itself sends; they cannot be published. */
export const CONTROL = Object.freeze({
  /** Current state, before the events that follow it. */
  snapshot: '$snapshot',
  /** Caught up: from here on events arrive as they happen. */
  live: '$live',
  /** History was lost. */
  reset: '$reset',
  /** The server is about to close the connection. */
  closing: '$closing',
});

/** Names of the headers that are not defined elsewhere. */
export const HEADERS = Object.freeze({
  /** On every answer: the cursor to go on from. */
  cursor: 'Realtime-Cursor',
});
