import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describe, expect, it } from '@jest/globals';
import { AllReaders } from './support/all-readers.js';
import { type AppOptions, startApp } from './support/app.js';
import { nobodyLeft } from './support/census.js';
import { H2Client } from './support/h2-client.js';
import { memoryInUse } from './support/memory.js';
import { TLS } from './support/tls.js';
import { until } from './support/until.js';

const MB = 1024 * 1024;

const SERVERS: Record<string, () => AppOptions> = {
  express: () => ({ application: { httpsOptions: TLS } }),
  fastify: () => ({ httpAdapter: new FastifyAdapter({ https: TLS }) }),
  'fastify with HTTP/2': () => ({
    httpAdapter: new FastifyAdapter({ http2: true, https: { ...TLS, allowHTTP1: true } }),
  }),
};

/** A response over HTTP/1.1 and TLS, and how much has arrived. */
async function open(port: number, path: string) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ port, path, host: '127.0.0.1', rejectUnauthorized: false, agent: false }, resolve)
      .once('error', reject)
      .end();
  });
  const open = { response, text: '', bytes: 0, [Symbol.dispose]: () => void response.destroy() };
  response.setEncoding('latin1').on('data', (part: string) => {
    open.bytes += part.length;
    open.text = (open.text + part).slice(-1_000);
  });
  response.on('error', () => response.destroy());
  return open;
}

describe.each(Object.keys(SERVERS))('readers over TLS on %s', (server) => {
  const start = () => {
    const retention = { maxEvents: 1_000, maxBytes: 100 * MB };
    return startApp({ ...SERVERS[server]!(), controllers: [AllReaders], realtime: { retention } });
  };

  it('stream, and answer polls', async () => {
    await using app = await start();
    using stream = await open(app.port, '/readers/sse-log');
    expect(stream.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    await until(() => stream.text.includes('$live'));
    const { id } = await app.bus.publish('a', 'over TLS');
    await until(() => stream.text.endsWith(`id: ${id}\ndata: "over TLS"\n\n`));
    using poll = await open(app.port, '/readers/short-log?since=earliest');
    await until(() => poll.text.includes(`{"cursor":"${id}","events":[{"id":"${id}"`));
    stream.response.destroy();
    await nobodyLeft(app);
  });

  it('hold a page for whom does not read', async () => {
    await using app = await start();
    using stalled = await open(app.port, '/readers/sse-log');
    using reader = await open(app.port, '/readers/sse-log');
    await until(() => stalled.text.includes('$live') && reader.text.includes('$live'));
    stalled.response.pause();
    const { external } = memoryInUse();
    const data = 'x'.repeat(MB);
    for (let n = 1; n <= 64; n++) {
      await app.bus.publish('a', data);
      await until(() => reader.bytes > n * MB);
    }
    expect(memoryInUse().external - external).toBeLessThan(8 * MB);
    stalled.response.resume();
    await until(() => stalled.bytes > 64 * MB);
  });
});

describe('readers over TLS and HTTP/2', () => {
  it('stream', async () => {
    await using app = await startApp({ ...SERVERS['fastify with HTTP/2']!(), controllers: [AllReaders] });
    using client = new H2Client(app.url.replace('http:', 'https:'));
    const { messages, headers } = await client.openSse('/readers/sse-log');
    expect(headers).not.toHaveProperty('connection');
    await messages.next();
    const { id } = await app.bus.publish('a', 1);
    expect(await messages.next()).toMatchObject({ id, data: '1' });
  });
});
