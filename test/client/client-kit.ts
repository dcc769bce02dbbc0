import {
  type ClientState,
  createRealtimeClient,
  type RealtimeClient,
  type RealtimeClientOptions,
  type SubscribeOptions,
  type Subscription,
  type TransportName,
} from 'nestjs-realtime-client';
import { Inbox } from '../support/inbox.js';

/** Every transport, each by itself. */
export const EACH: readonly (readonly [TransportName])[] = [
  ['websocket'],
  ['sse'],
  ['long-poll'],
  ['short-poll'],
];

/** A client whose states are kept. Dispose it to close it. */
export interface TestClient extends RealtimeClient, Disposable {
  readonly states: Inbox<ClientState>;
}

export function openClient(options: RealtimeClientOptions): TestClient {
  const client = createRealtimeClient(options);
  const states = new Inbox<ClientState>();
  client.onState((state) => states.push(state));
  return Object.assign(client, { states, [Symbol.dispose]: () => client.close() });
}

/** What a subscription was told, in words: `orders/1 ready`, `snapshot {…}`, `reset expired`, `error forbidden`. */
export interface Heard {
  readonly subscription: Subscription;
  readonly inbox: Inbox<string>;
}

export function hear(client: RealtimeClient, topics: string | string[], since?: string): Heard {
  const inbox = new Inbox<string>();
  const options: SubscribeOptions<object, string> = {
    ...(since !== undefined && { since }),
    onEvent: ({ topic, data }) => inbox.push(`${topic} ${JSON.stringify(data)}`),
    onSnapshot: (states) => inbox.push(`snapshot ${JSON.stringify(states)}`),
    onReset: (reason) => inbox.push(`reset ${reason}`),
    onError: ({ code }) => inbox.push(`error ${code}`),
  };
  return { inbox, subscription: client.subscribe(topics, options) };
}
