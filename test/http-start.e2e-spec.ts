import { Controller, type INestApplication, Module, type Type } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import {
  LongPoll,
  RealtimeConfigurationError,
  type RealtimeOptions,
  ShortPoll,
  Sse,
  topic,
  TopicRef,
} from 'nestjs-realtime';
import { type AppOptions, startApp } from './support/app.js';
import { ask } from './support/http-answer.js';
import { OperatorLog } from './webhooks/operator-log.js';

class State {}

/** A controller with one method, declared to return `returns`. */
function controller(
  decorate: MethodDecorator,
  path: string | string[] = '',
  returns?: unknown,
  result?: unknown,
): Type {
  @Controller(path)
  class Orders {
    find(): unknown {
      return result;
    }
  }
  const { prototype } = Orders;
  if (returns) Reflect.defineMetadata('design:returntype', returns, prototype, 'find');
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'find')!;
  decorate(prototype, 'find', descriptor);
  Object.defineProperty(prototype, 'find', descriptor);
  return Orders;
}

/** What an application with this is told when it starts. */
async function fault(options: AppOptions): Promise<string> {
  const error: unknown = await startApp(options).then(
    async (app) => app.close(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RealtimeConfigurationError);
  return (error as Error).message;
}

const prefix = (path: string) => (nest: INestApplication) => void nest.setGlobalPrefix(path);

describe('what is wrong with a reader is said when the application starts', () => {
  it('two transports on one method', async () => {
    const twice: MethodDecorator = (...args) => {
      ShortPoll('a')(...args);
      LongPoll('b')(...args);
    };
    expect(await fault({ controllers: [controller(twice)] })).toBe(
      'Orders.find(): it has @ShortPoll and @LongPoll, but a method is one route. Give each transport a method of its own; they can share a private one.',
    );
  });

  it.each<[string, MethodDecorator, unknown, RegExp]>([
    ['state, and no topic', LongPoll(), State, /@LongPoll does not say when .* give it a "topic", or return/],
    ['state, and no topic', LongPoll(), String, /@LongPoll does not say when/],
    [
      'a tag of no topic',
      ShortPoll('', { etag: 'topic' }),
      State,
      /@ShortPoll does not say when .* give it a "topic"\.$/,
    ],
    [
      'a topic and a TopicRef',
      LongPoll('', { topic: 'a' }),
      TopicRef,
      /return the state, or leave "topic" out/,
    ],
    ['a topic and a TopicRef', Sse('', { topic: 'a' }), TopicRef, /@Sse has a "topic"/],
    ['a topic and an envelope', Sse('', { topic: 'a', envelope: true }), State, /leave one of them out/],
    ['sharing of a log', LongPoll('', { share: true }), TopicRef, /"share" is for state/],
    ['no topic', LongPoll('', { topic: 'a//b' }), State, /its topic is invalid: "a\/\/b" is no topic/],
    ['a pattern', LongPoll('', { topic: 'a/*' }), State, /it is a pattern/],
    ['an empty list', LongPoll('', { topic: [] }), State, /its topic/],
    [
      'no parameter',
      LongPoll(':id', { topic: 'a/:di' }),
      State,
      /":di", but its route ".*:id" has no such parameter/,
    ],
    ['a longer name', LongPoll(':ids', { topic: 'a/:id' }), State, /":id", but its route ".*:ids"/],
    ['one path without', LongPoll(['x/:id', 'y'], { topic: 'a/:id' }), State, /route ".*\/y" has no such/],
    ['no interval', ShortPoll('', { intervalMs: 0 }), State, /intervalMs must be a number above 0, not 0/],
    ['no wait', LongPoll('', { topic: 'a', waitMs: Number.NaN }), State, /waitMs must be .* not NaN/],
    [
      'a wait too long',
      LongPoll('', { topic: 'a', waitMs: 60_000 }),
      State,
      /waitMs \(60000\) .* maxWaitMs \(55000\)/,
    ],
    [
      'a cap too short',
      LongPoll('', { topic: 'a', maxWaitMs: 9 }),
      State,
      /waitMs \(25000\) .* maxWaitMs \(9\)/,
    ],
  ])('%s', async (_, decorate, returns, message) => {
    const told = await fault({ controllers: [controller(decorate, 'orders', returns)] });
    expect(told).toMatch(message);
    expect(told).toMatch(/^Orders\.find\(\): /);
  });

  it.each<[RealtimeOptions, RegExp]>([
    [
      { longPoll: { waitMs: 9_000, maxWaitMs: 8_000 } },
      /longPoll.waitMs \(9000\) .* longPoll.maxWaitMs \(8000\)/,
    ],
    [{ longPoll: { maxWaitMs: 8_000 } }, /longPoll.waitMs \(25000\) .* longPoll.maxWaitMs \(8000\)/],
    [{ shortPoll: { intervalMs: -1 } }, /shortPoll.intervalMs must be a number above 0, not -1/],
    [{ sse: { heartbeatMs: 0 } }, /sse.heartbeatMs/],
    [{ sse: { retryMs: Number.NaN } }, /sse.retryMs .* NaN/],
    [{ limits: { waitingPolls: 0 } }, /limits.waitingPolls/],
    [{ shutdown: { timeoutMs: '5' as never } }, /shutdown.timeoutMs/],
  ])('options %p', async (realtime, message) => {
    expect(await fault({ realtime })).toMatch(message);
  });
});

describe('parameters of a topic may come from', () => {
  const tenantOrders = LongPoll(['', ':part'], { topic: 'tenants/:tenant/orders/:order' });

  it('the global prefix, the module and the controller', async () => {
    const Orders = controller(tenantOrders, [':order/a', ':order/b'], State);
    @Module({ controllers: [Orders] })
    class OrdersModule {}
    const routes = RouterModule.register([
      { path: 'x', children: [{ path: 'of/:tenant', module: OrdersModule }] },
    ]);
    await using app = await startApp({ imports: [OrdersModule, routes], configure: prefix('api') });
    expect((await ask(`${app.url}/api/x/of/1/2/b?wait=0`)).status).toBe(202);

    const Prefixed = controller(tenantOrders, ':order', State);
    await using other = await startApp({ controllers: [Prefixed], configure: prefix('api/:tenant') });
    expect((await ask(`${other.url}/api/1/2/x?wait=0`)).status).toBe(202);
  });

  it('nowhere else', async () => {
    const Orders = controller(tenantOrders, [':order/a', ':orders/b'], State);
    expect(await fault({ controllers: [Orders], configure: prefix(':tenant') })).toMatch(
      /":order", but its route/,
    );
    expect(await fault({ controllers: [Orders], configure: prefix('api') })).toMatch(
      /":tenant", but its route/,
    );
  });
});

describe('what cannot be told at the start is told at the first request', () => {
  it.each<[string, MethodDecorator]>([
    ['@LongPoll', LongPoll()],
    ['@Sse', Sse()],
  ])('%s that returns state without a topic', async (_, decorate) => {
    const log = new OperatorLog();
    await using app = await startApp({ controllers: [controller(decorate)], application: { logger: log } });
    expect((await ask(app.url)).status).toBe(500);
    expect(await log.next('Orders.find()')).toMatch(/returned state, but .* give it a "topic"/);
  });

  it.each<[string, MethodDecorator]>([
    ['@LongPoll', LongPoll('', { topic: 'a' })],
    ['@Sse', Sse('', { topic: 'a' })],
  ])('%s that returns a TopicRef in spite of a topic', async (_, decorate) => {
    const log = new OperatorLog();
    const controllers = [controller(decorate, '', undefined, topic('a'))];
    await using app = await startApp({ controllers, application: { logger: log } });
    expect((await ask(app.url)).status).toBe(500);
    expect(await log.next('Orders.find()')).toMatch(/returned a TopicRef, but its decorator has a "topic"/);
  });
});
