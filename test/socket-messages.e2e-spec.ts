import { ForbiddenException, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { memoryEngine, type PublishAccess, TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';
import { ADAPTERS, type AppOptions, startApp } from './support/app.js';
import { byToken } from './support/by-token.js';
import { census, nobodyLeft } from './support/census.js';
import { failOver } from './support/fail-over.js';
import { FaultyEngine } from './support/faulty-engine.js';
import { OpenPolicy, StatePolicy } from './support/open-policies.js';
import { openSocket } from './support/socket-client.js';
import { subscribe } from './support/socket-story.js';
import { OperatorLog } from './webhooks/operator-log.js';

const FAILURES: Record<string, () => boolean> = {
  unauthorized: () => {
    throw new UnauthorizedException('Log in again.');
  },
  forbidden: () => {
    throw new ForbiddenException('Read-only on Sundays.');
  },
  unavailable: () => {
    throw new ServiceUnavailableException('db-7 is down');
  },
  broken: () => {
    throw new Error('secret detail');
  },
  truthy: () => 'yes' as unknown as boolean,
};

@TopicPolicy('failing/:how')
class FailingPolicy implements TopicPolicyHandler {
  canSubscribe({ params }: { params: Readonly<Record<string, string>> }) {
    return FAILURES[params['how']!]!();
  }
}

@TopicPolicy('chat/:room')
class ChatPolicy implements TopicPolicyHandler {
  readonly seen: PublishAccess[] = [];
  canPublish(access: PublishAccess) {
    this.seen.push(access);
    return access.type !== 'shout';
  }
}

const base: AppOptions = {
  providers: [OpenPolicy, StatePolicy, FailingPolicy, ChatPolicy],
  realtime: { authenticate: byToken },
};

describe.each(ADAPTERS)('publishing on a socket beside %s', (adapter) => {
  it('is shown to the policy as it was sent', async () => {
    await using app = await startApp({ ...base, adapter });
    using client = await openSocket(app.url, { token: 'ann' });
    const topic = 'chat/a%2Fb';
    const ack = await client.ask('publish', { topic, type: 'said', data: { text: 'hi' } });
    const latest = await app.bus.latest(topic);
    expect(latest).toMatchObject({ topic, type: 'said', data: { text: 'hi' } });
    expect(ack).toEqual({ ok: true, id: latest?.id });
    expect(app.nest.get(ChatPolicy).seen).toEqual([
      { principal: { id: 'ann' }, topic, params: { room: 'a/b' }, type: 'said', data: { text: 'hi' } },
    ]);
  });

  it('fills in a type and data', async () => {
    await using app = await startApp({ ...base, adapter });
    using client = await openSocket(app.url);
    await client.ask('publish', { topic: 'chat/1' });
    expect(await app.bus.latest('chat/1')).toMatchObject({ type: 'message', data: null });
    expect(app.nest.get(ChatPolicy).seen).toMatchObject([{ type: 'message', data: null }]);
  });

  it.each([
    ['what the policy refuses', { topic: 'chat/1', type: 'shout' }, 'forbidden'],
    ['what the policy says nothing of', { topic: 'a' }, 'forbidden'],
    ['what is the library’s', { topic: 'realtime/revocations' }, 'forbidden'],
    ['a pattern', { topic: 'chat/*' }, 'topic-invalid'],
    ['a control event', { topic: 'chat/1', type: '$reset' }, 'type-invalid'],
    ['no type', { topic: 'chat/1', type: null }, 'message-invalid'],
    ['an empty key', { topic: 'chat/1', idempotencyKey: '' }, 'message-invalid'],
    ['a long key', { topic: 'chat/1', idempotencyKey: 'ü'.repeat(129) }, 'message-invalid'],
    ['a byte too many', { topic: 'chat/1', data: 'x'.repeat(64 * 1024 - 1) }, 'payload-too-large'],
  ])('refuses %s', async (_, message, code) => {
    await using app = await startApp({ ...base, adapter });
    using client = await openSocket(app.url);
    expect(await client.ask('publish', message)).toMatchObject({ ok: false, error: { code } });
    expect(await app.bus.read(['chat/1', 'a', 'realtime/revocations'])).toMatchObject({ events: [] });
  });

  it('takes as much data as allowed, to the byte', async () => {
    await using app = await startApp({ ...base, adapter });
    using client = await openSocket(app.url);
    expect(await client.ask('publish', { topic: 'chat/1', data: 'x'.repeat(64 * 1024 - 2) })).toMatchObject({
      ok: true,
    });
  });

  it('with a key happens once for each principal, and for all who are anonymous', async () => {
    await using app = await startApp({ ...base, adapter });
    const publish = async (token: string | undefined, idempotencyKey: string) => {
      using client = await openSocket(app.url, { token });
      const ack = await client.ask('publish', { topic: 'chat/1', idempotencyKey });
      return (ack as { id: string }).id;
    };
    const once = await publish('ann', 'b:c');
    expect(await publish('ann', 'b:c')).toBe(once);
    const anonymous = await publish(undefined, 'b:c');
    expect(await publish(undefined, 'b:c')).toBe(anonymous);
    const others = [
      await publish('ann:b', 'c'),
      await publish('bob', 'b:c'),
      await publish('ann', 'c'),
      anonymous,
    ];
    expect(new Set([once, ...others]).size).toBe(5);
    const server = await app.bus.publish('chat/1', 1, { idempotencyKey: 'ann:b:c' });
    expect(others).not.toContain(server.id);
    expect((await app.bus.read('chat/1')).events).toHaveLength(6);
  });
});

describe.each(ADAPTERS)('what fails on a socket beside %s', (adapter) => {
  it.each([
    ['unauthorized', undefined, { code: 'unauthorized', message: 'Log in again.' }],
    ['forbidden', undefined, { code: 'forbidden', message: 'Read-only on Sundays.' }],
    ['unavailable', 'A socket message failed.', { code: 'internal', message: 'Internal server error' }],
    ['broken', 'A socket message failed.', { code: 'internal', message: 'Internal server error' }],
    ['truthy', undefined, { code: 'forbidden', message: 'No access to the topic "failing/truthy".' }],
  ])('in a policy (%s) is told as far as the client may know', async (how, logged, error) => {
    const log = new OperatorLog();
    await using app = await startApp({ ...base, adapter, application: { logger: log } });
    using client = await openSocket(app.url);
    expect(await subscribe(client, [`failing/${how}`])).toEqual({ ok: false, error });
    expect(log.lines.drain()).toEqual(logged ? [logged] : []);
    expect(await subscribe(client, ['a'])).toMatchObject({ ok: true });
  });

  it('names who is to write the policy that is missing, in the log', async () => {
    const log = new OperatorLog();
    await using app = await startApp({ adapter, providers: [ChatPolicy], application: { logger: log } });
    using client = await openSocket(app.url);
    const error = { code: 'forbidden', message: 'No access to the topic "chat/1".' };
    expect(await subscribe(client, ['chat/1'])).toEqual({ ok: false, error });
    expect(await log.next('chat/1')).toContain('ChatPolicy has no canSubscribe()');
    await subscribe(client, ['orders/1']);
    expect(await log.next('orders/1')).toContain('No @TopicPolicy matches');
  });

  it('without an acknowledgement is told in a message, and the connection goes on', async () => {
    await using app = await startApp({ ...base, adapter });
    using client = await openSocket(app.url);
    client.tell('publish', { topic: 'a' });
    expect(await client.messages.next()).toMatchObject({ name: 'error', body: { code: 'forbidden' } });
    client.tell('publish', { topic: 'chat/1', data: 'told' });
    expect(await subscribe(client, ['a'])).toMatchObject({ ok: true });
    expect(await app.bus.latest('chat/1')).toMatchObject({ data: 'told' });
  });

  it('in a state is told in the acknowledgement, and nothing was subscribed to', async () => {
    await using app = await startApp({ ...base, adapter });
    app.nest.get(StatePolicy).load = () => ({ big: 1n });
    using client = await openSocket(app.url);
    for (const since of [undefined, 'x-1-0']) {
      const ack = await subscribe(client, ['state'], since);
      expect(ack).toMatchObject({ ok: false, error: { code: 'internal' } });
    }
    expect(census(app)).toMatchObject({ feeds: 0 });
  });

  it('in a state that a reset needs ends the connection, and the reset is not told', async () => {
    const engine = new FaultyEngine(memoryEngine());
    await using app = await startApp({ ...base, adapter, realtime: { engine } });
    using client = await openSocket(app.url);
    await subscribe(client, ['state']);
    expect(await client.messages.next()).toMatchObject({ name: 'snapshot' });
    app.nest.get(StatePolicy).load = () => Promise.reject(new Error('secret detail'));
    await failOver(engine);
    await app.bus.publish('state', 1);
    const body = { code: 'internal', message: 'Internal server error' };
    expect(await client.messages.next()).toEqual({ name: 'error', body });
    expect(await client.closed).toBe('io server disconnect');
    await nobodyLeft(app);
  });
});
