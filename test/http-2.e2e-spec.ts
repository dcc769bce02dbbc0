import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describe, expect, it } from '@jest/globals';
import type { RealtimeOptions } from 'nestjs-realtime';
import { AllReaders, LOGS, READERS, STATES, STREAMS } from './support/all-readers.js';
import { startApp } from './support/app.js';
import { census, nobodyLeft } from './support/census.js';
import { H2Client } from './support/h2-client.js';
import { until } from './support/until.js';

const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'proxy-connection'];

describe('readers over HTTP/2', () => {
  const start = (realtime: RealtimeOptions = {}) =>
    startApp({ httpAdapter: new FastifyAdapter({ http2: true }), controllers: [AllReaders], realtime });

  it('answer polls', async () => {
    await using app = await start();
    using client = new H2Client(app.url);
    const event = await app.bus.publish('a', 1);
    const status = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      (await client.ask(`/readers/${path}`, headers, method)).headers[':status'];
    for (const path of STATES) {
      const { headers, text } = await client.ask(`/readers/${path}`);
      expect([headers[':status'], text]).toEqual([200, 'ready']);
      expect(await status(`${path}?wait=0`, { 'if-none-match': headers.etag! })).toBe(304);
    }
    for (const path of LOGS) {
      const { text } = await client.ask(`/readers/${path}?since=earliest`);
      expect(JSON.parse(text)).toEqual({ cursor: event.id, events: [event] });
      expect(await status(`${path}?since=${event.id}&wait=0`)).toBe(204);
      expect(await status(`${path}?since=${event.id}&wait=55`, {}, 'HEAD')).toBe(204);
      expect(await status(`${path}?since=x`)).toBe(400);
    }
    const waiting = client.ask(`/readers/long-log?since=${event.id}`);
    await until(() => census(app).connections === 1);
    const next = await app.bus.publish('a', 2);
    expect(JSON.parse((await waiting).text)).toEqual({ cursor: next.id, events: [next] });
  });

  it('send no header that is for one hop', async () => {
    await using app = await start();
    using client = new H2Client(app.url);
    for (const path of READERS) {
      const { headers } = await client.ask(`/readers/${path}`, {}, 'HEAD');
      expect(headers[':status']).toBe(200);
      for (const name of HOP_BY_HOP) expect(headers).not.toHaveProperty(name);
    }
    const closed = (await client.openSse('/readers/sse-log')).headers;
    expect(closed).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    for (const name of HOP_BY_HOP) expect(closed).not.toHaveProperty(name);
  });

  it('stream many on one connection, each left by itself', async () => {
    await using app = await start({ sse: { heartbeatMs: 30 } });
    using client = new H2Client(app.url);
    const streams = await Promise.all(Array.from({ length: 50 }, () => client.openSse('/readers/sse-log')));
    for (const { messages } of streams) await messages.next();
    const first = await app.bus.publish('a', 1);
    for (const { messages } of streams)
      expect(await messages.next()).toMatchObject({ id: first.id, data: '1' });
    for (const { stream } of streams.slice(1)) stream.close();
    await until(() => census(app).connections === 1);
    const second = await app.bus.publish('a', 2);
    expect(await streams[0]!.messages.next()).toMatchObject({ id: second.id, data: '2' });
    client.session.destroy();
    await nobodyLeft(app);
  });

  it('stream state and Observables, and end with them', async () => {
    await using app = await start();
    using client = new H2Client(app.url);
    const [, state, observable] = await Promise.all(
      STREAMS.map((path) => client.openSse(`/readers/${path}`)),
    );
    expect(await state!.messages.next()).toMatchObject({ data: '"ready"' });
    expect(await observable!.messages.next()).toMatchObject({ data: 'hello' });
    app.nest.get(AllReaders).state = 'served';
    await app.bus.publish('a', null);
    expect(await state!.messages.next()).toMatchObject({ data: '"served"' });
  });

  it('hold nothing back for a stream that is not read, nor keep the others waiting', async () => {
    await using app = await start({ retention: { maxEvents: 10_000, maxBytes: 1e9 } });
    using client = new H2Client(app.url);
    const [stalled, reading] = [
      await client.openSse('/readers/sse-log'),
      await client.openSse('/readers/sse-log'),
    ];
    await stalled.messages.next();
    await reading.messages.next();
    stalled.stream.pause();
    const data = 'x'.repeat(16 * 1024);
    const ids: string[] = [];
    for (let n = 0; n < 1_000; n++) ids.push((await app.bus.publish('a', data)).id);
    expect((await reading.messages.take(1_000)).map(({ id }) => id)).toEqual(ids);
    stalled.stream.resume();
    expect((await stalled.messages.take(1_000)).map(({ id }) => id)).toEqual(ids);
  });

  it('end with $closing when the server shuts down', async () => {
    await using app = await start();
    using client = new H2Client(app.url);
    const { messages, ended } = await client.openSse('/readers/sse-log');
    await messages.next();
    const poll = client.ask('/readers/long', { 'if-none-match': '*' });
    await until(() => census(app).connections === 2);
    const closed = app.close();
    expect((await messages.next()).event).toBe('$closing');
    expect((await poll).headers[':status']).toBe(304);
    await ended;
    client.session.close();
    await closed;
  });
});
