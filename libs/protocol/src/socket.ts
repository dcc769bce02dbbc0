import type { ResetReason, TopicEvent } from './events.js';

/** The namespace and the path at which the socket gateway listens unless configured otherwise. */
export const SOCKET_NAMESPACE = '/realtime';
export const SOCKET_PATH = '/realtime/socket.io';

export interface SubscribeMessage {
  readonly topics: readonly string[];
  /** Read strictly after this cursor, or `earliest`; from now on when left out. */
  readonly since?: string;
}

export interface UnsubscribeMessage {
  readonly topics: readonly string[];
}

export interface PublishMessage {
  readonly topic: string;
  readonly type?: string;
  readonly data?: unknown;
  readonly idempotencyKey?: string;
}

export interface RefreshMessage {
  readonly token: string;
}

export interface SocketFailure {
  readonly ok: false;
  readonly error: SocketError;
}

export interface SocketError {
  /** Stable, for machines. */
  readonly code: string;
  readonly message: string;
  /** When to try again, in milliseconds, where that helps. */
  readonly retryAfterMs?: number;
}

export type SubscribeAck =
  | {
      readonly ok: true;
      /** Where this subscription begins. */
      readonly cursor: string;
      /** Whether everything after `since` follows; false when a `reset` does, or when no `since` was sent. */
      readonly recovered: boolean;
      /** A `snapshot` follows: until it has come, there is no cursor to come back with. */
      readonly snapshot?: true;
    }
  | SocketFailure;
export type UnsubscribeAck = { readonly ok: true } | SocketFailure;
export type PublishAck = { readonly ok: true; readonly id: string } | SocketFailure;
export type RefreshAck = { readonly ok: true; readonly expiresAt?: string } | SocketFailure;

/** What a client may send. */
export interface ClientMessages {
  subscribe(message: SubscribeMessage, ack: (answer: SubscribeAck) => void): void;
  unsubscribe(message: UnsubscribeMessage, ack: (answer: UnsubscribeAck) => void): void;
  publish(message: PublishMessage, ack: (answer: PublishAck) => void): void;
  refresh(message: RefreshMessage, ack: (answer: RefreshAck) => void): void;
}

/** What the server sends. */
export interface ServerMessages {
  events(events: readonly TopicEvent[]): void;
  /** Everything up to this cursor has been sent for all topics of this connection. */
  cursor(cursor: string): void;
  snapshot(message: { readonly cursor: string; readonly states: Readonly<Record<string, unknown>> }): void;
  reset(message: {
    readonly topics: readonly string[];
    readonly reason: ResetReason;
    readonly cursor: string;
    /** A `snapshot` follows: until it has come, the cursor to come back with is the one from before. */
    readonly snapshot?: true;
  }): void;
  closing(message: { readonly retryMs: number }): void;
  error(error: SocketError): void;
}
