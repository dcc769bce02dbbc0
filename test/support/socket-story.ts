import type { SubscribeAck, TopicEvent } from 'nestjs-realtime-protocol';
import type { SocketClient } from './socket-client.js';

type Subscribed = Extract<SubscribeAck, { ok: true }>;

/** Subscribes, and resolves to the acknowledgement. */
export function subscribe(client: SocketClient, topics: string[], since?: string): Promise<Subscribed> {
  return client.ask('subscribe', { topics, since }) as Promise<Subscribed>;
}

/** The data of the events that arrive up to the one that says `end`; of other messages, their name. */
export async function dataUntilEnd({ messages }: SocketClient): Promise<unknown[]> {
  const data: unknown[] = [];
  while (data.at(-1) !== 'end') {
    const { name, body } = await messages.next();
    if (name === 'events') data.push(...(body as TopicEvent[]).map((event) => event.data));
    else if (name !== 'cursor') data.push(name);
  }
  return data;
}
