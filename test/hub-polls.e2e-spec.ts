import { once } from 'node:events';
import { get } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { ADAPTERS, type AppOptions, startApp } from './support/app.js';
import { byToken } from './support/by-token.js';
import { census, NOBODY, nobodyLeft } from './support/census.js';
import { hubUrl, pollHub } from './support/hub-client.js';
import { OpenPolicy, StatePolicy } from './support/open-policies.js';
import { until } from './support/until.js';

const base: AppOptions = { providers: [OpenPolicy, StatePolicy], realtime: { authenticate: byToken } };

describe.each(ADAPTERS)('polls of the hub on %s', (adapter) => {
  it('begin with the cursor, and with the state of topics that have one', async () => {
    await using app = await startApp({ ...base, adapter });
    const { id } = await app.bus.publish('a', 1);
    const { status, headers, body } = await pollHub(app.url, { topics: ['a', 'state', 'b'] });
    expect({ status, body }).toEqual({
      status: 200,
      body: { cursor: id, events: [], snapshot: { state: 'the state' } },
    });
    expect(headers.get('realtime-cursor')).toBe(id);
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect((await pollHub(app.url, { topics: ['a'] })).body).toEqual({ cursor: id, events: [] });
  });

  it('go on over several topics with one cursor', async () => {
    await using app = await startApp({ ...base, adapter });
    const { body: first } = await pollHub(app.url, { topics: ['b', 'a'] });
    const [a, b] = [
      await app.bus.publish('a', 1),
      await app.bus.publish('b', { text: 'ü' }, { type: 'said' }),
    ];
    await app.bus.publish('other', 3);
    const { body } = await pollHub(app.url, { topics: ['a', 'b'], since: first?.cursor });
    expect(body).toEqual({ cursor: b.id, events: [a, b] });
    const { headers, status } = await pollHub(app.url, { topics: ['b', 'a'], since: b.id });
    expect(status).toBe(204);
    expect(headers.get('realtime-cursor')).not.toBe(b.id);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('are told what was lost, with the state', async () => {
    await using app = await startApp({ ...base, adapter });
    const { id } = await app.bus.publish('a', 1);
    const { body } = await pollHub(app.url, { topics: ['a', 'state'], since: `x${id}` });
    expect(body).toEqual({
      cursor: id,
      events: [],
      reset: { reason: 'epoch' },
      snapshot: { state: 'the state' },
    });
  });

  it.each([
    ['in the query', { wait: '20' }, {}],
    ['by preference', {}, { Prefer: 'wait=20' }],
  ])('wait when asked to %s', async (_, query, headers) => {
    await using app = await startApp({ ...base, adapter });
    const { id } = await app.bus.publish('a', 1);
    const answer = pollHub(app.url, { topics: ['a', 'b'], since: id, ...query }, { headers });
    await until(() => census(app).connections === 1);
    expect(census(app)).toMatchObject({ sessions: 1, feeds: 1 });
    const event = await app.bus.publish('b', 2);
    const { body, headers: answered } = await answer;
    expect(body).toEqual({ cursor: event.id, events: [event] });
    expect(answered.get('preference-applied')).toBe('Prefer' in headers ? 'wait=20' : null);
    expect(answered.get('retry-after')).toBeNull();
    await nobodyLeft(app);
  });

  it('wait no longer than the server lets them', async () => {
    await using app = await startApp({
      ...base,
      adapter,
      realtime: { longPoll: { waitMs: 100, maxWaitMs: 100 } },
    });
    const { id } = await app.bus.publish('a', 1);
    const { status, headers } = await pollHub(
      app.url,
      { topics: ['a'], since: id },
      { headers: { Prefer: 'wait=50' } },
    );
    expect([status, headers.get('preference-applied')]).toEqual([204, 'wait=0']);
    const none = await pollHub(app.url, { topics: ['a'], since: id, wait: '0' });
    expect([none.status, none.headers.get('retry-after')]).toEqual([204, null]);
    const known = await pollHub(
      app.url,
      { topics: ['a'], since: id },
      { headers: { 'If-None-Match': '"x"' } },
    );
    expect(known.status).toBe(304);
  });

  it('that are HEAD get the headers and never wait', async () => {
    await using app = await startApp({ ...base, adapter });
    const { id } = await app.bus.publish('a', 1);
    const head = await pollHub(app.url, { topics: ['state'] }, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: undefined });
    expect(head.headers.get('realtime-cursor')).toBe(id);
    const waiting = await pollHub(app.url, { topics: ['a'], since: id, wait: '50' }, { method: 'HEAD' });
    expect(waiting.status).toBe(204);
    await nobodyLeft(app);
  });

  it.each([
    ['no topic', '', 400, 'query-invalid'],
    ['no topic’s name', 'topic=', 400, 'topic-invalid'],
    ['a pattern', 'topic=a/*', 400, 'topic-invalid'],
    ['a topic with a line break', 'topic=a%0Ab', 400, 'topic-invalid'],
    ['bytes that are not UTF-8', 'topic=%C3%28%00', 400, 'topic-invalid'],
    ['a closed topic among open ones', 'topic=a&topic=closed', 403, 'forbidden'],
    [
      'too many topics',
      Array.from({ length: 101 }, (_, i) => `topic=${i}`).join('&'),
      429,
      'too-many-topics',
    ],
    ['an odd wait', 'topic=a&wait=soon', 400, 'query-invalid'],
    ['two waits', 'topic=a&wait=1&wait=2', 400, 'query-invalid'],
    ['two cursors', 'topic=a&since=x-1-0&since=x-1-0', 400, 'query-invalid'],
    ['a malformed cursor', 'topic=a&since=nonsense', 400, 'cursor-malformed'],
  ])('refuse %s', async (_, query, status, code) => {
    await using app = await startApp({ ...base, adapter });
    const response = await fetch(`${app.url}/realtime/events?${query}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ statusCode: status, code, message: expect.any(String) });
    await nobodyLeft(app);
  });

  it('give up with their clients', async () => {
    await using app = await startApp({ ...base, adapter });
    const { id } = await app.bus.publish('a', 1);
    const asked = get(hubUrl(app.url, { topics: ['a'], since: id, wait: '50' }), { agent: false });
    const hungUp = once(asked, 'error');
    await until(() => census(app).connections === 1);
    asked.destroy();
    await hungUp;
    await nobodyLeft(app);
    expect(census(app)).toEqual(NOBODY);
  });
});
