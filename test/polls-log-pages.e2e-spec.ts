import { Controller, Param } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { LongPoll, type PollAnswer, ShortPoll, topic, topics } from 'nestjs-realtime';
import { Connections } from '../libs/realtime/src/transports/connections.js';
import { ADAPTERS, type RunningApp, startApp } from './support/app.js';
import { ask, askLog } from './support/http-answer.js';
import { until } from './support/until.js';

@Controller('orders')
class OrdersController {
  @ShortPoll(':id/short')
  short(@Param('id') id: string) {
    return topic('orders', id);
  }

  @LongPoll(':id/long')
  long(@Param('id') id: string) {
    return topic('orders', id);
  }

  @LongPoll('both')
  both() {
    return topics('orders/1', 'orders/2');
  }
}

const KINDS = ['short', 'long'] as const;

describe.each(ADAPTERS)('a log read on and on, on %s', (adapter) => {
  const start = async (maxEvents = 10_000) => {
    const realtime = { retention: { maxEvents } };
    const app = await startApp({ adapter, controllers: [OrdersController], realtime });
    return Object.assign(app, { orders: `${app.url}/orders/42` });
  };
  const publish = async (app: RunningApp, count: number, data: unknown = null) => {
    const events = [];
    for (let n = 0; n < count; n++) events.push(await app.bus.publish('orders/42', data));
    return events;
  };

  it.each(KINDS)('%s: gives a long backlog in pages, each event once', async (kind) => {
    await using app = await start();
    const events = await publish(app, 600);
    const received = [];
    const more = [];
    let since = 'earliest';
    for (let page = 0; page < 3; page++) {
      const { headers, body } = await ask(`${app.orders}/${kind}?since=${since}`);
      const answer = body as PollAnswer;
      expect(headers.get('realtime-cursor')).toBe(answer.cursor);
      received.push(...answer.events);
      since = answer.cursor;
      more.push(headers.get('retry-after') === null);
    }
    expect(received).toEqual(events);
    // A short poll says when it has given the last page.
    expect(more).toEqual([true, true, kind === 'long']);
    expect((await ask(`${app.orders}/${kind}?since=${since}&wait=0`)).status).toBe(204);
  });

  it('gives a page of large events by their size, and at least one', async () => {
    await using app = await start();
    await publish(app, 5, 'x'.repeat(100_000));
    await publish(app, 1, 'y'.repeat(1_000_000));
    const sizes = [];
    for (let since = 'earliest'; sizes.length < 4;) {
      const { cursor, events } = await askLog(`${app.orders}/short?since=${since}`);
      sizes.push(events.length);
      since = cursor;
    }
    expect(sizes).toEqual([2, 2, 1, 1]);
  });

  it.each(KINDS)(
    '%s: moves the cursor of a quiet topic, so that it stays within what is kept',
    async (kind) => {
      await using app = await start(1);
      const url = `${app.orders}/${kind}`;
      let { cursor } = await askLog(url);
      for (let n = 0; n < 5; n++) {
        const { id } = await app.bus.publish('orders/43', n);
        const answer = await ask(`${url}?since=${cursor}&wait=0`);
        expect([answer.status, answer.headers.get('realtime-cursor')]).toEqual([204, id]);
        cursor = id;
      }
      const event = await app.bus.publish('orders/42', 'at last');
      expect((await askLog(`${url}?since=${cursor}`)).events).toEqual([event]);
    },
  );

  it('long: waits for the first events of its topics', async () => {
    await using app = await start();
    const { cursor } = await askLog(`${app.orders}/long`);
    const waiting = askLog(`${app.orders}/long?since=${cursor}`);
    const both = askLog(`${app.url}/orders/both?since=${cursor}`);
    const earliest = askLog(`${app.url}/orders/44/long?since=earliest`);
    await until(() => app.nest.get(Connections).size === 3);
    await app.bus.publish('orders/43', 'other');
    // What one turn brings comes together.
    const [a, b] = await Promise.all([app.bus.publish('orders/42', 1), app.bus.publish('orders/42', 2)]);
    expect(await waiting).toEqual({ cursor: b.id, events: [a, b] });
    const [two, one] = await Promise.all([app.bus.publish('orders/2', 2), app.bus.publish('orders/1', 1)]);
    expect(await both).toEqual({ cursor: one.id, events: [two, one] });
    const event = await app.bus.publish('orders/44', 'first');
    expect(await earliest).toEqual({ cursor: event.id, events: [event] });
    await until(() => app.nest.get(Connections).size === 0);
  });

  it('long: misses nothing between two polls', async () => {
    await using app = await start();
    let { cursor } = await askLog(`${app.orders}/long`);
    const published = publish(app, 500);
    const received: unknown[] = [];
    while (received.length < 500) {
      const answer = await askLog(`${app.orders}/long?since=${cursor}`);
      received.push(...answer.events);
      cursor = answer.cursor;
    }
    expect(received).toEqual(await published);
  });
});
