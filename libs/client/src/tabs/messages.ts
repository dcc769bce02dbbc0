import type { ClientState } from '../client-state.js';
import { RealtimeClientError } from '../client.error.js';
import type { Told } from '../told.js';

/** Said to all tabs: by a tab that looks for the leader, and by the leader, then and whenever its state changes. */
export type ToAll =
  { readonly kind: 'seek' } | { readonly kind: 'lead'; readonly term: number; readonly state: PlainState };

/** Said by a tab to its leader. */
export type ToLeader = { readonly tab: string } &
  /** All that the tab needs; what is left out it needs no longer. */
  (
    | { readonly kind: 'need'; readonly needs: readonly Need[] }
    /** To publish an event, as JSON, or to take new credentials. It is answered. */
    | { readonly kind: 'publish'; readonly call: number; readonly message: string }
    | { readonly kind: 'renew'; readonly call: number }
    /** Somebody looks at the tab again, or the network may be back. */
    | { readonly kind: 'back' }
  );

export interface Need {
  /** Of the tab's own: another place to read from is another need. */
  readonly id: number;
  readonly topics: readonly string[];
  readonly since: string | undefined;
}

/** Said by the leader to a tab. */
export type ToTab =
  /** Everything up to `cursor` was told for this need; `told` is the last of it. */
  | { readonly kind: 'told'; readonly id: number; readonly cursor: string | undefined; readonly told?: Told }
  /** The server refuses. */
  | { readonly kind: 'refused'; readonly id: number; readonly error: PlainError }
  | { readonly kind: 'answer'; readonly call: number; readonly value: string | void }
  | { readonly kind: 'failure'; readonly call: number; readonly error: PlainError };

/** An error as it can be sent: a clone keeps nothing but the message. */
export interface PlainError {
  readonly code: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
}

export interface PlainState extends Omit<ClientState, 'error'> {
  readonly error?: PlainError;
}

export function plainError(thrown: unknown): PlainError {
  const { code, message, status, retryAfterMs } = RealtimeClientError.from(thrown);
  return { code, message, status, retryAfterMs };
}

export function errorFrom({ code, message, status, retryAfterMs }: PlainError): RealtimeClientError {
  return new RealtimeClientError(code, message, status, retryAfterMs);
}

export function plainState({ error, ...state }: ClientState): PlainState {
  return { ...state, ...(error && { error: plainError(error) }) };
}

export function stateFrom({ error, ...state }: PlainState): ClientState {
  return { ...state, ...(error && { error: errorFrom(error) }) };
}
