import { type EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';
import { Controller } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { type RealtimeOptions, Sse } from 'nestjs-realtime';
import { of } from 'rxjs';
import { AllReaders, LOGS, STATES, STREAMS } from './support/all-readers.js';
import { ADAPTERS, startApp } from './support/app.js';
import { census, nobodyLeft } from './support/census.js';
import { ask, askLog } from './support/http-answer.js';
import { memoryInUse } from './support/memory.js';
import { getRequest, rawClient } from './support/raw-client.js';
import { openSse } from './support/sse-client.js';
import { until } from './support/until.js';

@Controller('brief')
class BriefController {
  @Sse()
  brief() {
    return of('one', 'two');
  }
}

const get = (path: string, headers: Record<string, string> = {}) => getRequest(`/readers/${path}`, headers);

describe.each(ADAPTERS)('connections of HTTP/1 on %s', (adapter) => {
  const start = async (realtime: RealtimeOptions = {}) => {
    const app = await startApp({ adapter, controllers: [AllReaders, BriefController], realtime });
    const { cursor } = await askLog(`${app.url}/readers/short-log`);
    return Object.assign(app, { cursor });
  };

  it('of version 1.0 get streams whose end is that of the connection', async () => {
    await using app = await start();
    const old = (path: string) => `GET ${path} HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n`;
    using client = await rawClient(app.port, old('/readers/sse-log'));
    await client.has('event: $live');
    const { id } = await app.bus.publish('a', 1);
    await client.has(`\n\nid: ${id}\ndata: 1\n\n`);
    expect(client.text()).not.toMatch(/transfer-encoding|keep-alive/i);
    using brief = await rawClient(app.port, old('/brief'));
    await brief.ended;
    expect(brief.text()).toMatch(/\r\n\r\nretry: \d+\n\ndata: one\n\ndata: two\n\n$/);
    for (const path of [...STATES, ...LOGS]) {
      using poll = await rawClient(app.port, `GET /readers/${path} HTTP/1.0\r\n\r\n`);
      await poll.ended;
      expect(poll.text()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    }
  });

  it('that are to be closed are', async () => {
    await using app = await start();
    using stream = await openSse(`${app.url}/brief`, { Connection: 'close' });
    expect(stream.headers.connection).toBe('close');
    using client = await rawClient(app.port, getRequest('/brief', { Connection: 'close' }));
    await client.ended;
    expect(client.text()).toMatch(/\r\n0\r\n\r\n$/);
  });

  it('serve other requests when a stream has ended', async () => {
    await using app = await start();
    using client = await rawClient(app.port, getRequest('/brief'));
    await client.has('\r\n0\r\n\r\n');
    client.socket.write(get('sse-log?since=earliest'));
    const { id } = await app.bus.publish('a', 'x');
    await client.has(`id: ${id}\ndata: "x"\n\n`);
    expect(client.text().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });

  it('serve pipelined requests one after the other', async () => {
    await using app = await start();
    const known = { 'If-None-Match': (await ask(`${app.url}/readers/short`)).headers.get('etag')! };
    const requests = [
      get('short'),
      get(`long-log?since=${app.cursor}`),
      getRequest('/brief'),
      get('long', known),
      getRequest('/brief'),
      get('sse-log?since=earliest'),
      get('short-log'),
    ];
    using client = await rawClient(app.port, requests.join(''));
    await until(() => census(app).connections === 5);
    const first = await app.bus.publish('a', 1);
    await client.has('data: two', 1);
    app.nest.get(AllReaders).state = 'served';
    const second = await app.bus.publish('a', 2);
    await client.has('$live');
    const third = await app.bus.publish('a', 3);
    const text = await client.has(`id: ${third.id}\ndata: 3\n\n`);
    const order = [
      '\r\n\r\nready',
      `"id":"${first.id}"`,
      'data: one',
      '\r\n\r\nserved',
      'data: one',
      `id: ${first.id}\ndata: 1\n\n`,
      `id: ${second.id}\ndata: 2\n\n`,
    ];
    let at = 0;
    for (const part of order) {
      at = text.indexOf(part, at);
      expect([part, at]).not.toEqual([part, -1]);
      at += part.length;
    }
    client.socket.destroy();
    await nobodyLeft(app);
  });

  it('leave nothing of what waits behind a stream, for whom has left', async () => {
    await using app = await start({ sse: { heartbeatMs: 30 } });
    const server = app.nest.getHttpServer() as EventEmitter;
    const connected = once(server, 'connection') as Promise<[Socket]>;
    const behind = [...STREAMS.map((path) => get(path)), get(`long-log?since=${app.cursor}`)];
    const requests = Array.from({ length: 50 }, () => behind.join('')).join('');
    using client = await rawClient(app.port, get('sse-log') + requests);
    await client.has('$live');
    await until(() => census(app).connections > 16);
    const [socket] = await connected;
    expect(socket.listenerCount('close')).toBeLessThan(10);
    client.socket.destroy();
    await nobodyLeft(app);
  });

  it('buffer little for what waits behind a stream', async () => {
    await using app = await start({ retention: { maxEvents: 10, maxBytes: 1e9 } });
    using client = await rawClient(app.port, getRequest('/readers/sse-log') + get('sse-log'));
    await until(() => census(app).connections === 2);
    await client.has('$live');
    let read = 0;
    client.socket.on('data', (part) => (read += part.length));
    const { external } = memoryInUse();
    for (let n = 0; n < 400; n++) {
      await app.bus.publish('a', 'x'.repeat(100_000));
      const wanted = (n + 1) * 100_000;
      await until(() => read > wanted);
    }
    // 40 MB went to the first.
    expect(memoryInUse().external - external).toBeLessThan(8 * 1024 * 1024);
  });
});
