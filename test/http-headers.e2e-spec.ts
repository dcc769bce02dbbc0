import { get } from 'node:http';
import { type CanActivate, Controller, type ExecutionContext, Header, UseGuards } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import compression from 'compression';
import { ShortPoll, Sse, topic } from 'nestjs-realtime';
import { AllReaders, LOGS, READERS, STATES, STREAMS } from './support/all-readers.js';
import { ADAPTERS, startApp } from './support/app.js';
import { ask, askLog } from './support/http-answer.js';
import { openSse } from './support/sse-client.js';

interface Answer {
  header(name: string, value: string): void;
}

class Stamp implements CanActivate {
  canActivate(context: ExecutionContext) {
    const response = context.switchToHttp().getResponse<Answer>();
    response.header('Set-Cookie', 'session=1; Path=/');
    response.header('Vary', 'Accept-Language');
    return true;
  }
}

@UseGuards(Stamp)
@Controller('stamped')
class StampedController extends AllReaders {}

@Controller('own')
class OwnController {
  @ShortPoll('log')
  @Header('Cache-Control', 'public, max-age=5')
  @Header('X-Own', () => 'kept')
  log() {
    return topic('a');
  }

  @Sse('stream')
  @Header('Cache-Control', 'private, no-store')
  @Header('X-Own', 'kept')
  stream() {
    return topic('a');
  }

  @Sse('untransformed')
  @Header('Cache-Control', 'No-Transform')
  untransformed() {
    return topic('a');
  }
}

/** One answer of each kind: path, request headers, status. */
async function answers(url: string, cursor: string): Promise<[string, Record<string, string>, number][]> {
  return [
    ...STATES.map((path) => [`${url}/${path}`, {}, 200] as [string, object, number]),
    ...STATES.map((path) => [`${url}/${path}?wait=0`, { 'If-None-Match': '*' }, 304] as const),
    ...LOGS.map((path) => [`${url}/${path}`, {}, 200] as const),
    ...LOGS.map((path) => [`${url}/${path}?since=earliest`, {}, 200] as const),
    ...LOGS.map((path) => [`${url}/${path}?since=${cursor}&wait=0`, {}, 204] as const),
  ] as [string, Record<string, string>, number][];
}

describe.each(ADAPTERS)('headers of readers on %s', (adapter) => {
  it('are those of the application too, whatever the answer', async () => {
    await using app = await startApp({ adapter, controllers: [StampedController] });
    const { id } = await app.bus.publish('a', 1);
    for (const [url, headers, status] of await answers(`${app.url}/stamped`, id)) {
      const answer = await ask(url, headers);
      expect([url, answer.status, answer.headers.get('set-cookie')]).toEqual([
        url,
        status,
        'session=1; Path=/',
      ]);
      expect(answer.headers.get('vary')).toBe('Accept-Language');
    }
    app.nest.get(StampedController).state = undefined;
    for (const path of STATES) {
      const answer = await ask(`${app.url}/stamped/${path}?wait=0`);
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([202, 'session=1; Path=/']);
    }
    for (const path of STREAMS) {
      using stream = await openSse(`${app.url}/stamped/${path}`);
      expect(stream.headers).toMatchObject({ 'set-cookie': ['session=1; Path=/'], vary: 'Accept-Language' });
    }
  });

  it('keep what CORS allows, and let other origins read what they need', async () => {
    await using app = await startApp({
      adapter,
      controllers: [AllReaders],
      configure: (nest) => nest.enableCors({ origin: 'https://app.example', exposedHeaders: ['X-Own'] }),
    });
    const { id } = await app.bus.publish('a', 1);
    const exposed = 'X-Own, Realtime-Cursor, ETag, Retry-After, Preference-Applied';
    for (const [url, headers] of await answers(`${app.url}/readers`, id)) {
      const answer = await ask(url, { ...headers, Origin: 'https://app.example' });
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
      expect(answer.headers.get('access-control-expose-headers')).toBe(exposed);
    }
    for (const path of STREAMS) {
      using stream = await openSse(`${app.url}/readers/${path}`, { Origin: 'https://app.example' });
      expect(stream.headers['access-control-allow-origin']).toBe('https://app.example');
    }
  });

  it('expose nothing where there is no CORS, and nothing more where all is exposed', async () => {
    await using app = await startApp({ adapter, controllers: [AllReaders] });
    const expose = async (url: string) =>
      (await ask(`${url}/readers/short-log`)).headers.get('access-control-expose-headers');
    expect(await expose(app.url)).toBeNull();
    const configure = (nest: { enableCors(options: object): void }) =>
      nest.enableCors({ exposedHeaders: '*' });
    await using open = await startApp({ adapter, controllers: [AllReaders], configure });
    expect(await expose(open.url)).toBe('*');
  });

  it('are the own of a route, with no-transform for a stream', async () => {
    await using app = await startApp({ adapter, controllers: [OwnController] });
    const { id } = await app.bus.publish('a', 1);
    for (const query of ['', '?since=earliest', `?since=${id}`]) {
      const { headers } = await ask(`${app.url}/own/log${query}`);
      expect([headers.get('cache-control'), headers.get('x-own')]).toEqual(['public, max-age=5', 'kept']);
    }
    using stream = await openSse(`${app.url}/own/stream`);
    expect(stream.headers).toMatchObject({
      'cache-control': 'private, no-store, no-transform',
      'x-own': 'kept',
      'content-type': 'text/event-stream; charset=utf-8',
    });
    using other = await openSse(`${app.url}/own/untransformed`);
    expect(other.headers['cache-control']).toBe('No-Transform');
  });

  it('are not sent twice', async () => {
    await using app = await startApp({ adapter, controllers: [StampedController] });
    for (const path of READERS) {
      const raw = await new Promise<string[]>((resolve) => {
        get(`${app.url}/stamped/${path}`, (response) => {
          resolve(response.rawHeaders.filter((_, n) => n % 2 === 0).map((name) => name.toLowerCase()));
          response.destroy();
        });
      });
      expect(raw).toEqual([...new Set(raw)]);
    }
  });
});

describe('readers behind compression on express', () => {
  const start = () =>
    startApp({
      controllers: [AllReaders, OwnController],
      configure: (nest) => void nest.use(compression({ threshold: 0 })),
    });
  const gzip = { 'Accept-Encoding': 'gzip' };

  it('have their polls compressed', async () => {
    await using app = await start();
    const event = await app.bus.publish('a', 'x'.repeat(10_000));
    const url = `${app.url}/readers/short-log?since=earliest`;
    const { headers } = await ask(url, gzip);
    expect([headers.get('content-encoding'), headers.get('etag')]).toEqual(['gzip', `W/"${event.id}"`]);
    expect(await askLog(url, gzip)).toEqual({ cursor: event.id, events: [event] });

    const state = await ask(`${app.url}/readers/short`, gzip);
    expect([state.headers.get('content-encoding'), state.text]).toEqual(['gzip', 'ready']);
    const known = await ask(`${app.url}/readers/short`, {
      ...gzip,
      'If-None-Match': state.headers.get('etag')!,
    });
    expect([known.status, known.text]).toEqual([304, '']);
    expect((await ask(`${app.url}/readers/short-log?since=${event.id}`, gzip)).status).toBe(204);
    expect((await ask(url, gzip, 'HEAD')).status).toBe(200);
  });

  it('stream at once, uncompressed', async () => {
    await using app = await start();
    for (const path of ['readers/sse-log', 'own/stream']) {
      using stream = await openSse(`${app.url}/${path}`, gzip);
      expect(stream.headers['content-encoding']).toBeUndefined();
      await stream.messages.next();
      const event = await app.bus.publish('a', path);
      expect(await stream.messages.next()).toEqual({ id: event.id, event: 'message', data: `"${path}"` });
    }
  });
});

describe('readers on fastify', () => {
  it('have their polls go through the hooks of plugins', async () => {
    await using app = await startApp({
      adapter: 'fastify',
      controllers: [AllReaders],
      configure: (nest) => {
        const fastify = nest.getHttpAdapter().getInstance() as {
          addHook(name: string, hook: (request: object, reply: Answer) => Promise<void>): void;
        };
        fastify.addHook('onSend', async (_, reply) => void reply.header('Set-Cookie', 'session=2'));
      },
    });
    const { id } = await app.bus.publish('a', 1);
    for (const [url, headers, status] of await answers(`${app.url}/readers`, id)) {
      const answer = await ask(url, headers);
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([status, 'session=2']);
    }
  });
});
