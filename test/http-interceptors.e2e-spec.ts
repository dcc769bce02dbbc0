import {
  BadGatewayException,
  type CallHandler,
  Controller,
  type ExecutionContext,
  type NestInterceptor,
  RequestTimeoutException,
  UseInterceptors,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { LongPoll, ShortPoll, Sse, topic } from 'nestjs-realtime';
import { catchError, map, mergeMap, type Observable, tap, throwError, timeout, TimeoutError } from 'rxjs';
import { AllReaders, LOGS, READERS, STATES, STREAMS } from './support/all-readers.js';
import { ADAPTERS, startApp } from './support/app.js';
import { nobodyLeft } from './support/census.js';
import { ask, askLog } from './support/http-answer.js';
import { openSse } from './support/sse-client.js';

const interceptor = (
  around: (source: Observable<unknown>, context: ExecutionContext) => Observable<unknown>,
) =>
  class implements NestInterceptor {
    intercept(context: ExecutionContext, next: CallHandler) {
      return around(next.handle(), context);
    }
  };

interface Answer {
  header(name: string, value: string): void;
}

const Wrap = interceptor((source) => source.pipe(map((data) => ({ data }))));
const Stamp = interceptor((source, context) =>
  source.pipe(tap(() => context.switchToHttp().getResponse<Answer>().header('X-Stamp', 'after'))),
);
const Limit = interceptor((source) =>
  source.pipe(
    timeout(200),
    catchError((error) =>
      throwError(() => (error instanceof TimeoutError ? new RequestTimeoutException() : error)),
    ),
  ),
);
const Fail = interceptor((source) =>
  source.pipe(mergeMap(() => throwError(() => new BadGatewayException()))),
);

@Controller('placed')
class PlacedController {
  @UseInterceptors(Wrap)
  @ShortPoll('state-above')
  stateAbove() {
    return 1;
  }

  @ShortPoll('state-below')
  @UseInterceptors(Wrap)
  stateBelow() {
    return 1;
  }

  @UseInterceptors(Wrap)
  @Sse('sse-above', { topic: 'a' })
  sseAbove() {
    return 1;
  }

  @LongPoll('log-below')
  @UseInterceptors(Wrap)
  logBelow() {
    return topic('a');
  }

  @UseInterceptors(Wrap)
  @LongPoll('log-above')
  logAbove() {
    return topic('a');
  }
}

describe.each(ADAPTERS)('interceptors around readers on %s', (adapter) => {
  const start = async (...around: (typeof Wrap)[]) => {
    const providers = around.map((useClass) => ({ provide: APP_INTERCEPTOR, useClass }));
    const app = await startApp({ adapter, controllers: [AllReaders, PlacedController], providers });
    return Object.assign(app, { readers: `${app.url}/readers`, controller: app.nest.get(AllReaders) });
  };

  it('wrap state, as on any route, and leave the protocol alone', async () => {
    await using app = await start(Wrap);
    for (const path of STATES) {
      const { body, headers } = await ask(`${app.readers}/${path}`);
      expect(body).toEqual({ data: 'ready' });
      const known = { 'If-None-Match': headers.get('etag')! };
      expect((await ask(`${app.readers}/${path}?wait=0`, known)).status).toBe(304);
    }
    const event = await app.bus.publish('a', 1);
    for (const path of LOGS) {
      expect(await askLog(`${app.readers}/${path}?since=earliest`)).toEqual({
        cursor: event.id,
        events: [event],
      });
      const nothing = await ask(`${app.readers}/${path}?since=${event.id}&wait=0`);
      expect([nothing.status, nothing.text]).toEqual([204, '']);
    }
    using log = await openSse(`${app.readers}/sse-log?since=earliest`);
    expect((await log.messages.next()).data).toBe('1');
    using state = await openSse(`${app.readers}/sse-state`);
    expect((await state.messages.next()).data).toBe('"ready"');
    using observable = await openSse(`${app.readers}/sse-observable`);
    expect((await observable.messages.next()).data).toBe('hello');
    app.controller.state = undefined;
    for (const path of STATES) {
      const notReady = await ask(`${app.readers}/${path}?wait=0`);
      expect([notReady.status, notReady.text]).toEqual([202, '']);
    }
  });

  it('may set headers after the handler, on every answer', async () => {
    await using app = await start(Stamp);
    const { id } = await app.bus.publish('a', 1);
    const stamped = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await ask(`${app.readers}/${path}`, headers);
      expect(answer.headers.get('x-stamp')).toBe('after');
      return answer.status;
    };
    for (const path of STATES) {
      expect(await stamped(path)).toBe(200);
      expect(await stamped(`${path}?wait=0`, { 'If-None-Match': '*' })).toBe(304);
    }
    for (const path of LOGS) {
      expect(await stamped(path)).toBe(200);
      expect(await stamped(`${path}?since=${id}&wait=0`)).toBe(204);
    }
    for (const path of STREAMS) {
      using stream = await openSse(`${app.readers}/${path}`);
      expect([stream.status, stream.headers['x-stamp']]).toEqual([200, 'after']);
      await stream.messages.next();
    }
    app.controller.state = undefined;
    expect(await stamped('short')).toBe(202);
  });

  it('that time out end a poll with 408, and no stream', async () => {
    await using app = await start(Limit);
    const { cursor } = await askLog(`${app.readers}/short-log`);
    using stream = await openSse(`${app.readers}/sse-log`);
    await stream.messages.next();
    const polls = [
      ask(`${app.readers}/long-log?since=${cursor}`),
      ask(`${app.readers}/long`, { 'If-None-Match': '*' }),
    ];
    for (const { status, body, headers } of await Promise.all(polls)) {
      expect([status, body]).toMatchObject([408, { statusCode: 408 }]);
      expect([headers.get('cache-control'), headers.get('realtime-cursor')]).toEqual([null, null]);
    }
    const event = await app.bus.publish('a', 'still here');
    expect((await stream.messages.next()).id).toBe(event.id);
    expect((await askLog(`${app.readers}/long-log?since=${cursor}`)).events).toEqual([event]);
    stream.close();
    await nobodyLeft(app);
  });

  it('that fail after the handler are answered by filters, with nothing of the answer', async () => {
    await using app = await start(Fail);
    for (const path of READERS) {
      const { status, headers, body } = await ask(`${app.readers}/${path}`);
      expect([path, status, body]).toMatchObject([path, 502, { statusCode: 502 }]);
      expect([headers.get('cache-control'), headers.get('realtime-cursor')]).toEqual([null, null]);
    }
    await nobodyLeft(app);
  });

  it('stand above the decorator to change what is compared and sent, below it to see the answer', async () => {
    await using app = await start();
    const at = (path: string) => ask(`${app.url}/placed/${path}`);
    expect((await at('state-above')).body).toEqual({ data: 1 });
    expect((await at('state-below')).body).toEqual({ data: 1 });
    const { cursor } = await askLog(`${app.url}/placed/log-below`);
    expect(await askLog(`${app.url}/placed/log-below?since=earliest&wait=0`).catch(String)).toContain('204');
    expect(cursor).toMatch(/-/);
    using stream = await openSse(`${app.url}/placed/sse-above`);
    expect((await stream.messages.next()).data).toBe('{"data":1}');
    // A TopicRef that was wrapped is none any more.
    expect((await at('log-above')).status).toBe(500);
  });
});
