import type {
  EventOf,
  MessageOf,
  ResetReason,
  StatesOf,
  TopicOf,
  TopicTypes,
} from 'nestjs-realtime-protocol';
import type { RealtimeClientError } from './client.error.js';
import type { ClientState } from './client-state.js';
import type { Told } from './told.js';

export interface SubscribeOptions<Types extends TopicTypes, Topic extends string> {
  /** Read strictly after this cursor, or `earliest`. Default: from now on, with a snapshot first. */
  readonly since?: string;
  /** Each event once, in the order of the log. What a callback throws is an uncaught error. */
  readonly onEvent?: (event: EventOf<Types, Topic>) => void;
  /** Current state: at first, without `since`, and after a reset. */
  readonly onSnapshot?: (states: StatesOf<Types, Topic>) => void;
  /** It cannot be proven that nothing was missed: reload what you show, unless a snapshot follows. */
  readonly onReset?: (reason: ResetReason) => void;
  /** The server refuses; the subscription is closed. */
  readonly onError?: (error: RealtimeClientError) => void;
}

/**
 * Some topics, read through whatever the network allows. Without callbacks it is to be iterated, once; leaving the
 * loop closes it, and what is not taken waits: up to 1,000, then in the server's log.
 */
export interface Subscription<
  Types extends TopicTypes = object,
  Topic extends string = string,
> extends AsyncIterable<Told<EventOf<Types, Topic>, StatesOf<Types, Topic>>> {
  readonly topics: readonly Topic[];
  /** Everything up to here was told: the `since` to go on from later. Undefined until it is known. */
  readonly cursor: string | undefined;
  close(): void;
}

export interface RealtimeClient<Types extends TopicTypes = object> {
  readonly state: ClientState;
  /** Calls `listener` now and whenever the state changes. Returns how to stop that. */
  onState(listener: (state: ClientState) => void): () => void;
  /** @throws ProtocolError for what is no topic, and for a malformed cursor */
  subscribe<const Topic extends TopicOf<Types>>(
    topics: Topic | readonly Topic[],
    options?: SubscribeOptions<Types, Topic>,
  ): Subscription<Types, Topic>;
  /**
   * Publishes an event, where the server's policies allow it, and again until it is known to be in the log.
   * @returns its id
   * @throws RealtimeClientError when the server refuses, or cannot be reached
   */
  publish<const Topic extends TopicOf<Types>>(message: MessageOf<Types, Topic>): Promise<string>;
  /** Fetches new credentials and gives them to the server. */
  renew(): Promise<void>;
  /** Closes all subscriptions. */
  close(): void;
}
