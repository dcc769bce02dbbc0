import { describe, expect, it } from '@jest/globals';
import type { RealtimeClient, Told } from 'nestjs-realtime-client';
import { fromTopic } from 'nestjs-realtime-client/rxjs';
import type { Subscription } from 'rxjs';
import { Inbox } from '../support/inbox.js';
import { openClient } from './client-kit.js';
import { startTopics } from './client-page.js';

interface Heard {
  readonly inbox: Inbox<string>;
  readonly subscription: Subscription;
}

function hear(client: RealtimeClient, topics: string | string[], since?: string): Heard {
  const inbox = new Inbox<string>();
  const subscription = fromTopic(client, topics, { since }).subscribe({
    next: (told) => inbox.push(words(told)),
    error: ({ code }: { code: string }) => inbox.push(`error ${code}`),
    complete: () => inbox.push('complete'),
  });
  return { inbox, subscription };
}

function words(told: Told): string {
  if (told.kind === 'event') return `${told.event.topic} ${JSON.stringify(told.event.data)}`;
  return told.kind === 'reset' ? `reset ${told.reason}` : `snapshot ${JSON.stringify(told.states)}`;
}

describe('fromTopic', () => {
  it('tells state, events and lost history', async () => {
    await using app = await startTopics();
    using client = openClient({ url: app.url, transports: ['sse'] });
    const { inbox } = hear(client, ['orders/1', 'menu'], 'other-1-0');
    expect(await inbox.take(2)).toEqual(['reset epoch', 'snapshot {"orders/1":"order 1"}']);
    await app.bus.publish('menu', 1);
    await app.bus.publish('orders/1', 2);
    expect(await inbox.take(2)).toEqual(['menu 1', 'orders/1 2']);
  });

  it('reads for each subscriber, from a cursor if there is one', async () => {
    await using app = await startTopics();
    using client = openClient({ url: app.url, transports: ['sse'] });
    const { id } = await app.bus.publish('menu', 1);
    await app.bus.publish('menu', 2);
    const menu = fromTopic(client, 'menu', { since: id });
    const [one, other] = [new Inbox<string>(), new Inbox<string>()];
    menu.subscribe((told) => one.push(words(told)));
    menu.subscribe((told) => other.push(words(told)));
    expect([await one.next(), await other.next()]).toEqual(['menu 2', 'menu 2']);
  });

  it('follows nothing before it is subscribed to, nor after', async () => {
    await using app = await startTopics();
    using client = openClient({ url: app.url, transports: ['sse'] });
    fromTopic(client, 'menu');
    expect(client.states.drain()).toEqual([{ name: 'offline', reason: 'idle' }]);
    const { subscription } = hear(client, 'menu');
    await client.states.until(({ name }) => name === 'live');
    subscription.unsubscribe();
    expect(await client.states.next()).toMatchObject({ name: 'offline', reason: 'idle' });
  });

  it('errors when the server refuses, and completes when the client is closed', async () => {
    await using app = await startTopics();
    using client = openClient({ url: app.url, transports: ['sse'] });
    const closed = hear(client, 'closed');
    const open = hear(client, 'menu');
    expect(await closed.inbox.next()).toBe('error forbidden');
    client.close();
    expect(await open.inbox.next()).toBe('complete');
    expect(await hear(client, 'menu').inbox.next()).toBe('error closed');
  });
});
