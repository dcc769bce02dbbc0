import { describe, expect, it } from '@jest/globals';
import { ADAPTERS } from './support/app.js';
import { beside, ChatPolicy, UNDISTURBED } from './support/bystander.js';
import { Gate } from './support/gate.js';
import { joinRaw } from './support/raw-socket.js';
import { openSocket } from './support/socket-client.js';
import { subscribe } from './support/socket-story.js';
import { turns } from './support/turns.js';

const MALFORMED: readonly (readonly [string, unknown])[] = [
  ['subscribe', undefined],
  ['subscribe', null],
  ['subscribe', 'public'],
  ['subscribe', ['public']],
  ['subscribe', {}],
  ['subscribe', { topics: [] }],
  ['subscribe', { topics: 'public' }],
  ['subscribe', { topics: { length: 1, 0: 'public' } }],
  ['subscribe', { topics: ['public', 7] }],
  ['subscribe', { topics: [['public']] }],
  ['subscribe', { topics: ['**'] }],
  ['subscribe', { topics: ['a//b'] }],
  ['subscribe', { topics: ['a\nb'] }],
  ['subscribe', { topics: ['\ud800'] }],
  ['subscribe', { topics: ['x'.repeat(257)] }],
  ['subscribe', { topics: ['public'], since: 7 }],
  ['subscribe', { topics: ['public'], since: { toString: 'x' } }],
  ['unsubscribe', {}],
  ['unsubscribe', { topics: 'public' }],
  ['publish', undefined],
  ['publish', { topic: ['chat/1'] }],
  ['publish', { topic: 'chat/1', type: 7 }],
  ['publish', { topic: 'chat/1', type: 'a\nb' }],
  ['publish', { topic: 'chat/1', idempotencyKey: 7 }],
  ['refresh', {}],
  ['refresh', { token: 7 }],
  ['events', []],
  ['toString', {}],
  ['__proto__', {}],
  ['error', {}],
  ['', {}],
  ['x'.repeat(10_000), {}],
];

describe.each(ADAPTERS)('hostile messages on a socket beside %s', (adapter) => {
  it('are answered with what is wrong', async () => {
    const story = await beside({ adapter }, async ({ url }) => {
      using client = await joinRaw(url);
      const answers = await Promise.all(MALFORMED.map(([name, body]) => client.ask(name, body)));
      const invalid = { ok: false, error: { code: expect.stringMatching(/-(invalid|malformed)$/) } };
      expect(answers).toMatchObject(MALFORMED.map(() => invalid));
      // A name may be a number to socket.io.
      client.send('42/realtime,999[7,{}]');
      expect(await client.frames.next()).toContain('There is no message 7.');
      client.send('42/realtime,["publish",{"topic":"chat/1"},"and","more"]');
      expect(await client.ask('unsubscribe', { topics: ['public'] })).toEqual({ ok: true });
    });
    expect(story).toEqual(UNDISTURBED);
  });

  it('reach no prototype', async () => {
    const story = await beside({ adapter }, async ({ url, nest, bus }) => {
      using client = await openSocket(url);
      for (const topic of ['__proto__', 'constructor', 'hasOwnProperty/x']) {
        expect(await subscribe(client, [topic])).toMatchObject({ ok: true });
      }
      const data: unknown = JSON.parse(
        '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}',
      );
      expect(await client.ask('publish', { topic: 'chat/__proto__', data })).toMatchObject({ ok: true });
      expect(nest.get(ChatPolicy).params).toEqual(JSON.parse('{"__proto__":"__proto__"}'));
      expect((await bus.latest('chat/__proto__'))?.data).toEqual(data);
      expect({}).not.toHaveProperty('admin');
    });
    expect(story).toEqual(UNDISTURBED);
  });

  it('that are nested deeper than any stack are refused', async () => {
    const story = await beside({ adapter }, async ({ url }) => {
      using client = await joinRaw(url);
      const depth = 32_000;
      client.send(
        `42/realtime,1["publish",{"topic":"chat/1","data":${'['.repeat(depth)}${']'.repeat(depth)}}]`,
      );
      expect(await client.frames.next()).toContain('nested too deep');
      client.send(`42/realtime,2["subscribe",{"topics":${'['.repeat(depth)}${']'.repeat(depth)}}]`);
      expect(await client.frames.next()).toContain('is no topic');
    });
    expect(story).toEqual(UNDISTURBED);
  });

  it('are not read while one before them is being decided', async () => {
    const story = await beside({ adapter }, async ({ url, nest }) => {
      const gate = new Gate();
      nest.get(ChatPolicy).decide = () => gate.pass();
      using client = await joinRaw(url);
      const data = 'x'.repeat(50_000);
      const answers = Array.from({ length: 400 }, () => client.ask('publish', { topic: 'chat/1', data }));
      await turns(2_000);
      // The kernel has a few megabytes of the twenty, the server a part of one.
      expect(client.tcp.writableLength).toBeGreaterThan(10_000_000);
      gate.open();
      expect(await Promise.all(answers)).toHaveLength(400);
    });
    expect(story).toEqual(UNDISTURBED);
  });

  it('come no faster than they are answered, and all are', async () => {
    const story = await beside({ adapter }, async ({ url, bus }) => {
      using client = await joinRaw(url);
      const count = 10_000;
      const topic = 'chat/flood';
      const answers = Array.from({ length: count }, (_, data) => client.ask('publish', { topic, data }));
      expect(await Promise.all(answers)).toEqual(
        Array.from({ length: count }, () => ({ ok: true, id: expect.any(String) })),
      );
      const { events } = await bus.read(topic, { limit: 1_000 });
      expect(events.map(({ data }) => data)).toEqual(
        Array.from({ length: 1_000 }, (_, i) => count - 1_000 + i),
      );
    });
    expect(story).toEqual(UNDISTURBED);
  });
});
