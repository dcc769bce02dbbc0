import { UnauthorizedException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { type TopicAccess, TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';
import type { TopicEvent } from 'nestjs-realtime-protocol';
import { ADAPTERS, type AppOptions, startApp } from './support/app.js';
import { openSocket } from './support/socket-client.js';

@TopicPolicy('orders/:id')
class OrderPolicy implements TopicPolicyHandler {
  canSubscribe({ principal, params }: TopicAccess) {
    return params.id !== 'secret' && principal !== undefined;
  }
  canPublish() {
    return true;
  }
}

@TopicPolicy('menu')
class MenuPolicy implements TopicPolicyHandler {
  canSubscribe() {
    return true;
  }
  snapshot() {
    return ['soup'];
  }
}

const base: AppOptions = {
  providers: [OrderPolicy, MenuPolicy],
  realtime: {
    authenticate: ({ token }) => {
      if (token === 'bad') throw new UnauthorizedException();
      return token ? { id: token } : undefined;
    },
  },
};

describe.each(ADAPTERS)('socket gateway beside %s', (adapter) => {
  it('subscribes, with history first, and publishes', async () => {
    await using app = await startApp({ ...base, adapter });
    const first = await app.bus.publish('orders/1', 1);
    const second = await app.bus.publish('orders/1', 2);
    using client = await openSocket(app.url, { token: 'ann' });
    expect(await client.ask('subscribe', { topics: ['orders/1', 'orders/2'], since: first.id })).toEqual({
      ok: true,
      cursor: first.id,
      recovered: true,
    });
    expect(await client.messages.next()).toEqual({ name: 'events', body: [second] });
    const answer = await client.ask('publish', { topic: 'orders/2', type: 'said', data: { text: 'ü' } });
    const { body } = await client.messages.next();
    expect(body).toMatchObject([
      { id: (answer as { id: string }).id, type: 'said', data: { text: 'ü' } } as TopicEvent,
    ]);
  });

  it('sends a snapshot without since, and a reset for what is lost', async () => {
    await using app = await startApp({ ...base, adapter });
    using client = await openSocket(app.url);
    const ack = await client.ask('subscribe', { topics: ['menu'] });
    expect(ack).toMatchObject({ ok: true, recovered: false });
    expect(await client.messages.next()).toMatchObject({
      name: 'snapshot',
      body: { states: { menu: ['soup'] } },
    });
    expect(await client.ask('subscribe', { topics: ['menu'], since: 'other-1-0' })).toMatchObject({
      recovered: false,
    });
    expect(await client.messages.next()).toMatchObject({
      name: 'reset',
      body: { topics: ['menu'], reason: 'epoch' },
    });
    expect(await client.messages.next()).toMatchObject({ name: 'snapshot' });
  });

  it('denies what no policy allows', async () => {
    await using app = await startApp({ ...base, adapter });
    using client = await openSocket(app.url, { token: 'ann' });
    for (const topic of ['orders/secret', 'other', 'realtime/revocations']) {
      expect(await client.ask('subscribe', { topics: [topic] })).toMatchObject({
        ok: false,
        error: { code: 'forbidden' },
      });
    }
    expect(await client.ask('publish', { topic: 'menu' })).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    });
  });

  it('lets no socket exist for who is not who they say', async () => {
    await using app = await startApp({ ...base, adapter });
    await expect(openSocket(app.url, { token: 'bad' })).rejects.toMatchObject({ status: 401 });
    await expect(openSocket(app.url, { headers: { origin: 'https://evil.example' } })).rejects.toMatchObject({
      status: 403,
    });
  });

  it('ends the connections of who is revoked, and tells who stays to come back at shutdown', async () => {
    await using app = await startApp({ ...base, adapter });
    using ann = await openSocket(app.url, { token: 'ann' });
    using bob = await openSocket(app.url, { token: 'bob' });
    await app.bus.revoke('ann');
    expect(await ann.messages.next()).toMatchObject({ name: 'error', body: { code: 'revoked' } });
    await ann.closed;
    const closing = app.close();
    expect(await bob.messages.next()).toMatchObject({
      name: 'closing',
      body: { retryMs: expect.any(Number) },
    });
    await bob.closed;
    await closing;
  });
});
