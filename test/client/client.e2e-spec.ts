import { describe, expect, it } from '@jest/globals';
import { TopicPolicy, type TopicAccess, type TopicPolicyHandler } from 'nestjs-realtime';
import { startApp } from '../support/app.js';
import { EACH, hear, openClient } from './client-kit.js';

@TopicPolicy('**')
class Everything implements TopicPolicyHandler {
  canSubscribe({ topic }: TopicAccess): boolean {
    return !topic.startsWith('closed');
  }

  canPublish({ topic }: TopicAccess): boolean {
    return topic === 'chat';
  }
}

@TopicPolicy('state/:id')
class Stateful implements TopicPolicyHandler {
  readonly states = new Map<string, unknown>();

  canSubscribe(): boolean {
    return true;
  }

  snapshot({ topic }: TopicAccess): unknown {
    return this.states.get(topic) ?? 'none';
  }
}

async function start() {
  return startApp({
    providers: [Everything, Stateful],
    // Node's fetch opens connections that it never uses.
    application: { forceCloseConnections: true },
    realtime: {
      retention: { maxEvents: 1e6 },
      shortPoll: { intervalMs: 20 },
      sse: { heartbeatMs: 50 },
      longPoll: { waitMs: 1_000 },
    },
  });
}

describe.each(EACH)('a client by %s', (transport) => {
  const options = (url: string) => ({ url, transports: [transport] });

  it('is told what is published, once and in order', async () => {
    await using app = await start();
    using client = openClient(options(app.url));
    const { inbox } = hear(client, ['a', 'b']);
    await client.states.until(({ name }) => name === 'live');
    for (let n = 1; n <= 300; n++) await app.bus.publish(n % 2 ? 'a' : 'b', n);
    const told = await inbox.take(300);
    expect(told).toEqual(Array.from({ length: 300 }, (_, at) => `${at % 2 ? 'b' : 'a'} ${at + 1}`));
  });

  it('is told the state first, and what follows it', async () => {
    await using app = await start();
    using client = openClient(options(app.url));
    const { inbox } = hear(client, ['state/1', 'a']);
    expect(await inbox.next()).toBe('snapshot {"state/1":"none"}');
    await app.bus.publish('state/1', 'next');
    expect(await inbox.next()).toBe('state/1 "next"');
  });

  it('goes on from a cursor', async () => {
    await using app = await start();
    const { id } = await app.bus.publish('a', 1);
    await app.bus.publish('a', 2);
    await app.bus.publish('b', 3);
    using client = openClient(options(app.url));
    expect(await hear(client, ['a', 'b'], id).inbox.take(2)).toEqual(['a 2', 'b 3']);
    expect(await hear(client, 'a', 'earliest').inbox.take(2)).toEqual(['a 1', 'a 2']);
  });

  it('is told of history that was lost', async () => {
    await using app = await start();
    using client = openClient(options(app.url));
    const { inbox } = hear(client, ['state/1'], 'other-1-0');
    expect(await inbox.take(2)).toEqual(['reset epoch', 'snapshot {"state/1":"none"}']);
    await app.bus.publish('state/1', 1);
    expect(await inbox.next()).toBe('state/1 1');
  });

  it('lets subscriptions come and go, and nobody misses anything', async () => {
    await using app = await start();
    using client = openClient(options(app.url));
    const first = hear(client, 'a');
    await client.states.until(({ name }) => name === 'live');
    const over = new AbortController();
    const told: string[] = [];
    const publishing = (async () => {
      for (let n = 1; !over.signal.aborted; n += 20) {
        for (let k = 0; k < 20; k++) await app.bus.publish('a', n + k);
        told.push(...(await first.inbox.take(20)));
      }
    })();
    for (let round = 0; round < 3; round++) {
      const other = hear(client, ['a', 'state/1']);
      expect(await other.inbox.next()).toBe('snapshot {"state/1":"none"}');
      const place = Number((await other.inbox.next()).slice(2));
      expect(await other.inbox.take(5)).toEqual([1, 2, 3, 4, 5].map((n) => `a ${place + n}`));
      other.subscription.close();
    }
    over.abort();
    await publishing;
    expect(told).toEqual(told.map((_, at) => `a ${at + 1}`));
  });

  it('is refused what it may not follow, and follows the rest', async () => {
    await using app = await start();
    using client = openClient(options(app.url));
    const open = hear(client, 'a');
    const closed = hear(client, 'closed/1');
    const other = hear(client, 'b');
    expect(await closed.inbox.next()).toBe('error forbidden');
    await client.states.until(({ name }) => name === 'live');
    await app.bus.publish('a', 1);
    await app.bus.publish('b', 2);
    expect(await open.inbox.next()).toBe('a 1');
    expect(await other.inbox.next()).toBe('b 2');
    expect(await hear(client, 'closed/2').inbox.next()).toBe('error forbidden');
    await app.bus.publish('a', 3);
    expect(await open.inbox.next()).toBe('a 3');
  });

  it('publishes, where it may', async () => {
    await using app = await start();
    using client = openClient(options(app.url));
    const { inbox } = hear(client, 'chat');
    await client.states.until(({ name }) => name === 'live');
    await client.publish({ topic: 'chat', data: 'hello' });
    expect(await inbox.next()).toBe('chat "hello"');
    await expect(client.publish({ topic: 'a' })).rejects.toMatchObject({ code: 'forbidden' });
  });
});
