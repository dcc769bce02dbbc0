import { Controller, Param } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { LongPoll, type PollAnswer, ShortPoll, topic } from 'nestjs-realtime';
import { Connections } from '../libs/realtime/src/transports/connections.js';
import { ADAPTERS, startApp } from './support/app.js';
import { until } from './support/until.js';

@Controller('orders')
class OrdersController {
  state: unknown;
  runs = 0;

  @ShortPoll(':id')
  get() {
    return this.state;
  }

  @ShortPoll(':id/tagged', { topic: 'orders/:id', etag: 'topic' })
  tagged() {
    this.runs++;
    return this.state;
  }

  @ShortPoll(':id/log')
  log(@Param('id') id: string) {
    return topic('orders', id);
  }

  @LongPoll(':id/changes', { topic: 'orders/:id' })
  changes() {
    this.runs++;
    return this.state;
  }

  @LongPoll(':id/shared', { topic: 'orders/:id', share: true })
  async shared() {
    this.runs++;
    return this.state;
  }

  @LongPoll(':id/events')
  events(@Param('id') id: string) {
    return topic('orders', id).snapshot(() => ({ id }));
  }
}

const poll = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : (JSON.parse(text) as PollAnswer),
  };
};

describe.each(ADAPTERS)('polls on %s', (adapter) => {
  it('@ShortPoll in state mode: 202, 200, 304', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    const url = `${app.url}/orders/42`;
    const notReady = await poll(url);
    expect([notReady.status, notReady.body]).toEqual([202, undefined]);
    expect(Number(notReady.headers.get('retry-after'))).toBeGreaterThan(0);

    app.nest.get(OrdersController).state = { status: 'ready' };
    const ready = await poll(url);
    expect([ready.status, ready.body]).toEqual([200, { status: 'ready' }]);
    const etag = ready.headers.get('etag')!;
    expect(etag).toMatch(/^W\/"/);
    expect(ready.headers.get('cache-control')).toBe('private, no-cache');

    const known = await poll(url, { 'If-None-Match': etag });
    expect([known.status, known.body, known.headers.get('etag')]).toEqual([304, undefined, etag]);
    expect((await poll(url, { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it('@ShortPoll with the ETag of the topic runs no handler for what is known', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    const controller = app.nest.get(OrdersController);
    controller.state = 1;
    const url = `${app.url}/orders/42/tagged`;
    await app.bus.publish('orders/42', null);
    const first = await poll(url);
    const etag = first.headers.get('etag')!;
    expect((await poll(url, { 'If-None-Match': etag })).status).toBe(304);
    expect(controller.runs).toBe(1);
    await app.bus.publish('orders/42', null);
    expect((await poll(url, { 'If-None-Match': etag })).status).toBe(200);
  });

  it('@ShortPoll in log mode: cursor, events, 204 or 304, reset', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    const url = `${app.url}/orders/42/log`;
    const first = await poll(url);
    expect(first.body).toEqual({ cursor: first.headers.get('realtime-cursor'), events: [] });
    const event = await app.bus.publish('orders/42', { n: 1 }, { type: 'cooked' });
    const second = await poll(`${url}?since=${first.body!.cursor}`);
    expect(second.body).toEqual({ cursor: event.id, events: [event] });
    const third = await poll(`${url}?since=${event.id}`);
    expect([third.status, third.headers.get('realtime-cursor')]).toEqual([204, event.id]);
    expect(third.headers.get('retry-after')).not.toBeNull();
    const fourth = await poll(`${url}?since=${event.id}`, { 'If-None-Match': '"x"' });
    expect(fourth.status).toBe(304);
    const reset = await poll(`${url}?since=other-1-0`);
    expect(reset.body).toEqual({ cursor: event.id, events: [], reset: { reason: 'epoch' } });
    expect((await poll(`${url}?since=`)).status).toBe(400);
  });

  it('@LongPoll in state mode answers when the state differs', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    const controller = app.nest.get(OrdersController);
    const url = `${app.url}/orders/42/changes`;
    controller.state = { status: 'cooking' };
    const first = await poll(url);
    expect(first.body).toEqual({ status: 'cooking' });
    const waiting = poll(url, { 'If-None-Match': first.headers.get('etag')!, Prefer: 'wait=20' });
    await until(() => controller.runs === 2);
    await app.bus.publish('orders/42', null);
    controller.state = { status: 'ready' };
    await app.bus.publish('orders/42', null);
    const second = await waiting;
    expect([second.status, second.body]).toEqual([200, { status: 'ready' }]);
    expect(second.headers.get('preference-applied')).toBe('wait=20');
  });

  it('@LongPoll in state mode: 304 and 202 at the end of the wait', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    const url = `${app.url}/orders/42/changes?wait=0.1`;
    expect((await poll(url)).status).toBe(202);
    app.nest.get(OrdersController).state = 1;
    const etag = (await poll(url)).headers.get('etag')!;
    expect((await poll(url, { 'If-None-Match': etag })).status).toBe(304);
  });

  it('@LongPoll in log mode waits for events', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    const url = `${app.url}/orders/42/events`;
    const first = await poll(url);
    expect(first.body).toEqual({ cursor: expect.any(String), events: [], snapshot: { id: '42' } });
    const waiting = poll(`${url}?since=${first.body!.cursor}&wait=20`);
    const event = await app.bus.publish('orders/42', 1);
    expect((await waiting).body).toEqual({ cursor: event.id, events: [event] });
    const nothing = await poll(`${url}?since=${event.id}&wait=0.1`);
    expect([nothing.status, nothing.headers.get('realtime-cursor')]).toEqual([204, event.id]);
  });

  it('polls that share run the handler once per change', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    const controller = app.nest.get(OrdersController);
    controller.state = 1;
    const url = `${app.url}/orders/42/shared`;
    const etag = (await poll(url)).headers.get('etag')!;
    const waiting = Array.from({ length: 20 }, () => poll(url, { 'If-None-Match': etag }));
    await until(() => app.nest.get(Connections).size === 20);
    const { runs } = controller;
    controller.state = 2;
    await app.bus.publish('orders/42', null);
    expect((await Promise.all(waiting)).map(({ body }) => body)).toEqual(Array.from({ length: 20 }, () => 2));
    expect(controller.runs).toBe(runs + 1);
  });
});
