import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { memoryEngine, OnTopic, RealtimeBus, type TopicEvent } from 'nestjs-realtime';
import { startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { OperatorLog } from '../webhooks/operator-log.js';
import { handlerOf } from './handlers.js';

/** Topics of which each pattern hears some. */
const TOPICS = ['orders', 'orders/1', 'orders/1/items', 'orders/1/items/2', 'menu', 'realtime/x/y'];

const HEARD: readonly (readonly [string | readonly string[], readonly string[]])[] = [
  ['orders/1', ['orders/1']],
  ['orders/*', ['orders/1']],
  ['orders/:id', ['orders/1']],
  ['orders/*/items', ['orders/1/items']],
  ['orders/**', ['orders/1', 'orders/1/items', 'orders/1/items/2']],
  ['*', ['orders', 'menu']],
  ['**', ['orders', 'orders/1', 'orders/1/items', 'orders/1/items/2', 'menu']],
  ['*/x/**', []],
  ['realtime/**', ['realtime/x/y']],
  [
    ['orders/*', 'menu', 'orders/1'],
    ['orders/1', 'menu'],
  ],
];

describe.each([undefined, 'billing'])('with durable: %s', (durable) => {
  it.each(HEARD)('%j hears %j', async (pattern, expected) => {
    const heard = new Inbox<string>();
    const options = durable === undefined ? {} : { durable, concurrency: 1 };
    const handler = handlerOf([pattern, 'sentinel'].flat(), options, ({ topic }) => heard.push(topic));
    await using app = await startApp({ providers: [handler] });
    for (const topic of TOPICS) await app.bus.publish(topic, null);
    await app.bus.publish('sentinel', null);
    expect(await heard.until((topic) => topic === 'sentinel')).toEqual([...expected, 'sentinel']);
  });
});

describe('a live handler', () => {
  it('is given the event as it was published', async () => {
    const heard = new Inbox<TopicEvent>();
    await using app = await startApp({ providers: [handlerOf('**', {}, (event) => heard.push(event))] });
    const event = await app.bus.publish('orders/42', { total: [7] }, { type: 'order.ready' });
    const given = await heard.next();
    expect(given).toEqual(event);
    expect(() => (given.data as { total: number[] }).total.push(8)).toThrow(TypeError);
  });

  it('hears events in the order of the log, and none waits for the one before', async () => {
    const heard = new Inbox<unknown>();
    const never = new Promise(() => {});
    const handler = handlerOf('**', {}, ({ data }) => {
      heard.push(data);
      return never;
    });
    await using app = await startApp({ providers: [handler] });
    const data = Array.from({ length: 100 }, (_, index) => index);
    await Promise.all(data.map((item) => app.bus.publish('orders/42', item)));
    expect(await heard.take(100)).toEqual(data);
  });

  it('is not called within the call that publishes', async () => {
    const heard = new Inbox<string>();
    await using app = await startApp({
      providers: [handlerOf('**', {}, () => heard.push('handler'))],
    });
    const published = app.bus.publish('orders/42', 1);
    heard.push('publisher');
    await published;
    expect(await heard.take(2)).toEqual(['publisher', 'handler']);
  });

  it('may fail: it is logged, others hear the event, and it hears the next', async () => {
    const heard = new Inbox<unknown>();
    const log = new OperatorLog();
    await using app = await startApp({
      application: { logger: log },
      providers: [
        handlerOf('**', {}, () => {
          throw new Error('at once');
        }),
        handlerOf('**', {}, () => Promise.reject(new Error('later'))),
        handlerOf('**', {}, () => Promise.reject(undefined as unknown as Error)),
        handlerOf('**', {}, ({ data }) => heard.push(data)),
      ],
    });
    const event = await app.bus.publish('orders/42', 'a');
    const said = `Handler.on() failed with event ${event.id} of orders/42.`;
    for (let count = 0; count < 3; count++) expect(await log.next('failed with event')).toBe(said);
    await app.bus.publish('orders/42', 'b');
    expect(await heard.take(2)).toEqual(['a', 'b']);
  });

  it('hears no more once the application has shut down', async () => {
    const engine = memoryEngine();
    const heard = new Inbox<string>();
    const first = await startApp({
      realtime: { engine },
      providers: [handlerOf('**', {}, () => heard.push('first'))],
    });
    await first.close();
    await using second = await startApp({
      realtime: { engine },
      providers: [handlerOf('**', {}, () => heard.push('second'))],
    });
    await second.bus.publish('orders/42', 1);
    expect(await heard.next()).toBe('second');
    expect(heard.size).toBe(0);
  });

  it('may stand in a controller, a base class, a factory, and several times on a method', async () => {
    const heard = new Inbox<string>();
    const push =
      (who: string) =>
      ({ data }: TopicEvent) =>
        void heard.push(`${who} ${String(data)}`);
    class Base {
      @OnTopic('base')
      hear(event: TopicEvent) {
        push(this.constructor.name)(event);
      }
    }
    @Injectable()
    class Derived extends Base {}
    @Injectable()
    class Overridden extends Base {
      override hear(event: TopicEvent) {
        push('overridden')(event);
      }
    }
    @Controller()
    class Orders {
      constructor(readonly bus: RealtimeBus) {}

      @Get('orders')
      @OnTopic('controller')
      @OnTopic('again')
      list(event: TopicEvent) {
        push(this.bus instanceof RealtimeBus ? 'controller' : 'unbound')(event);
      }
    }
    class Made {
      @OnTopic('made')
      hear(event: TopicEvent) {
        push('made')(event);
      }
    }
    @Module({ controllers: [Orders], providers: [Derived, Overridden] })
    class Shop {}
    await using app = await startApp({
      imports: [Shop],
      providers: [
        { provide: 'made', useFactory: () => new Made() },
        { provide: 'alias', useExisting: 'made' },
        { provide: 'value', useValue: 7 },
        { provide: 'nothing', useValue: null },
        { provide: 'null', useValue: Object.create(null) as object },
      ],
    });
    for (const topic of ['base', 'controller', 'again', 'made', 'base']) await app.bus.publish(topic, topic);
    expect(await heard.take(5)).toEqual([
      'Derived base',
      'controller controller',
      'controller again',
      'made made',
      'Derived base',
    ]);
  });
});
