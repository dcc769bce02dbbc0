import { once } from 'node:events';
import { get } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { TopicEvent } from 'nestjs-realtime';
import { ADAPTERS, type AppOptions, startApp } from './support/app.js';
import { byToken } from './support/by-token.js';
import { census, NOBODY, nobodyLeft } from './support/census.js';
import { Gate } from './support/gate.js';
import { hubUrl, pollHub } from './support/hub-client.js';
import { OpenPolicy, StatePolicy } from './support/open-policies.js';
import { openSocket } from './support/socket-client.js';
import { subscribe } from './support/socket-story.js';
import { openSse, type SseClient } from './support/sse-client.js';
import { turns } from './support/turns.js';
import { until } from './support/until.js';
import { OperatorLog } from './webhooks/operator-log.js';

const base: AppOptions = { providers: [OpenPolicy, StatePolicy], realtime: { authenticate: byToken } };

/** The next message, its data parsed. */
async function next({ messages }: SseClient): Promise<object> {
  const { id, event, data } = await messages.next();
  return { id, event, data: JSON.parse(data) as unknown };
}

const enveloped = (event: TopicEvent) => ({ id: event.id, event: event.type, data: event });

describe.each(ADAPTERS)('streams of the hub on %s', (adapter) => {
  it('carry whole events of several topics, with one cursor', async () => {
    await using app = await startApp({ ...base, adapter });
    const { id } = await app.bus.publish('a', 0);
    using stream = await openSse(hubUrl(app.url, { topics: ['b', 'a', 'state'] }));
    expect(await next(stream)).toEqual({ id, event: '$snapshot', data: { state: 'the state' } });
    expect(await next(stream)).toEqual({ id, event: '$live', data: { cursor: id } });
    const a = await app.bus.publish('a', { text: 'ü\n' }, { type: 'said' });
    await app.bus.publish('other', 2);
    const b = await app.bus.publish('b', 3);
    expect(await next(stream)).toEqual(enveloped(a));
    expect(await next(stream)).toEqual(enveloped(b));
  });

  it('go on from the id a browser sends, whatever its URL says', async () => {
    await using app = await startApp({ ...base, adapter });
    const first = await app.bus.publish('a', 1);
    const second = await app.bus.publish('b', 2);
    const url = hubUrl(app.url, { topics: ['a', 'b'], since: 'earliest' });
    using fresh = await openSse(url);
    expect(await next(fresh)).toEqual(enveloped(first));
    using back = await openSse(url, { 'Last-Event-ID': first.id });
    expect(await next(back)).toEqual(enveloped(second));
    using lost = await openSse(url, { 'Last-Event-ID': 'x-1-0' });
    expect(await next(lost)).toMatchObject({ event: '$reset', data: { reason: 'epoch' } });
  });

  it('that are HEAD get the headers', async () => {
    await using app = await startApp({ ...base, adapter });
    const headers = { Accept: 'text/event-stream' };
    const head = await pollHub(app.url, { topics: ['a'] }, { method: 'HEAD', headers });
    expect(head.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await nobodyLeft(app);
  });

  it.each([
    ['no topic', {}, {}, 400, 'query-invalid'],
    ['a closed topic', { topics: ['closed'] }, {}, 403, 'forbidden'],
    ['a malformed cursor', { topics: ['a'], since: 'x' }, {}, 400, 'cursor-malformed'],
    ['a malformed id', { topics: ['a'] }, { 'Last-Event-ID': 'x' }, 400, 'cursor-malformed'],
  ])('are refused with %s before they begin', async (_, query, headers, status, code) => {
    await using app = await startApp({ ...base, adapter });
    using stream = await openSse(hubUrl(app.url, query), headers);
    await stream.ended;
    expect([stream.status, JSON.parse(stream.text())]).toMatchObject([status, { code }]);
    await nobodyLeft(app);
  });

  it('whose state cannot be loaded are an error before they begin', async () => {
    const log = new OperatorLog();
    await using app = await startApp({ ...base, adapter, application: { logger: log } });
    app.nest.get(StatePolicy).load = () => Promise.reject(new Error('secret detail'));
    using stream = await openSse(hubUrl(app.url, { topics: ['state'] }));
    await stream.ended;
    expect(stream.status).toBe(500);
    expect(stream.text()).not.toContain('secret');
    await log.next('secret detail');
    const { status } = await pollHub(app.url, { topics: ['state'] });
    expect(status).toBe(500);
    await nobodyLeft(app);
  });

  it('are counted and limited, and forgotten', async () => {
    const limits = { connections: 3, connectionsPerPrincipal: 2 };
    await using app = await startApp({ ...base, adapter, realtime: { ...base.realtime, limits } });
    const open = (access_token: string) => openSse(hubUrl(app.url, { topics: ['a'], access_token }));
    using first = await open('ann');
    using _second = await openSocket(app.url, { token: 'ann' });
    const third = await pollHub(app.url, { topics: ['a'] }, { token: 'ann' });
    expect(third).toMatchObject({ status: 429, body: { code: 'too-many-connections' } });
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    using bob = await open('bob');
    const fourth = await pollHub(app.url, { topics: ['a'] }, { token: 'cid' });
    expect(fourth).toMatchObject({ status: 503, body: { code: 'too-many-connections' } });
    first.close();
    bob.response.socket.resetAndDestroy();
    await until(() => census(app).sessions === 1);
    expect((await pollHub(app.url, { topics: ['a'] }, { token: 'ann' })).status).toBe(200);
    await until(() => census(app).sessions === 1);
    expect(census(app)).toMatchObject({ connections: 1, feeds: 0 });
  });

  it('of clients that leave while they are being asked leave nothing behind', async () => {
    const gate = new Gate();
    const authenticate = async () => {
      await gate.pass();
      return { id: 'ann' };
    };
    await using app = await startApp({ ...base, adapter, realtime: { authenticate } });
    const asked = get(hubUrl(app.url, { topics: ['a'] }), {
      agent: false,
      headers: { Accept: 'text/event-stream' },
    });
    const hungUp = once(asked, 'error');
    await until(() => gate.arrived === 1);
    asked.destroy();
    await hungUp;
    await turns(20);
    gate.open();
    expect((await pollHub(app.url, { topics: ['a'] })).status).toBe(200);
    await nobodyLeft(app);
    expect(census(app)).toEqual(NOBODY);
  });

  it('refuse whom authenticate refuses', async () => {
    const authenticate = () => Promise.reject(new Error('secret detail'));
    await using app = await startApp({ ...base, adapter, realtime: { authenticate } });
    using stream = await openSse(hubUrl(app.url, { topics: ['a'] }));
    await stream.ended;
    expect([stream.status, JSON.parse(stream.text())]).toEqual([
      500,
      { statusCode: 500, code: 'internal', message: 'Internal server error' },
    ]);
    expect(census(app)).toEqual(NOBODY);
  });
});

describe.each(ADAPTERS)('one cursor on %s', (adapter) => {
  it('goes from socket to stream to poll and back, and nothing is missed or repeated', async () => {
    await using app = await startApp({ ...base, adapter });
    const topics = ['a', 'b'];
    const heard: unknown[] = [];
    let since = (await app.bus.publish('a', 0)).id;
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 3; index++) await app.bus.publish(topics[index % 2]!, `${round}.${index}`);
      if (round === 0) {
        using socket = await openSocket(app.url);
        await subscribe(socket, topics, since);
        const { body } = await socket.messages.next();
        for (const { id, data } of body as TopicEvent[]) {
          heard.push(data);
          since = id;
        }
      } else if (round === 1) {
        using stream = await openSse(hubUrl(app.url, { topics, since }));
        for (let index = 0; index < 3; index++) {
          const { id, data } = await stream.messages.next();
          heard.push((JSON.parse(data) as TopicEvent).data);
          since = id!;
        }
      } else {
        const { body } = await pollHub(app.url, { topics, since });
        heard.push(...body!.events.map(({ data }) => data));
        since = body!.cursor;
      }
    }
    using socket = await openSocket(app.url);
    expect(await subscribe(socket, topics, since)).toMatchObject({ recovered: true });
    await app.bus.publish('b', 'end');
    expect(await socket.messages.next()).toMatchObject({ body: [{ data: 'end' }] });
    expect(heard).toEqual(['0.0', '0.1', '0.2', '1.0', '1.1', '1.2', '2.0', '2.1', '2.2']);
  });
});
