import { Controller, Get, HttpException, Param } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { Sse, topic, topics } from 'nestjs-realtime';
import { of } from 'rxjs';
import { ADAPTERS, startApp } from './support/app.js';
import { openSse } from './support/sse-client.js';

@Controller('orders')
class OrdersController {
  state: unknown;

  @Sse(':id/events')
  events(@Param('id') id: string) {
    return topic('orders', id);
  }

  @Sse('all', { envelope: true })
  all() {
    return topics('orders/1', 'orders/2');
  }

  @Sse(':id/with-snapshot')
  withSnapshot(@Param('id') id: string) {
    return topic('orders', id).snapshot(() => ({ id }));
  }

  @Sse(':id/state', { topic: 'orders/:id' })
  current() {
    return this.state;
  }

  @Sse('observable')
  observable() {
    return of({ id: '7', type: 'said', data: { text: 'a\nb' } }, 'plain');
  }

  @Sse('failing')
  async failing() {
    throw new HttpException('no such order', 404);
  }

  @Get('plain')
  plain() {
    return 'ok';
  }
}

describe.each(ADAPTERS)('@Sse on %s', (adapter) => {
  it('streams from now on, with data, type and id', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    using stream = await openSse(`${app.url}/orders/42/events`);
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      connection: 'keep-alive',
    });
    const live = await stream.messages.next();
    expect(live).toMatchObject({ event: '$live', data: `{"cursor":"${live.id}"}` });
    const ready = await app.bus.publish('orders/42', { status: 'ready' }, { type: 'order.ready' });
    const plain = await app.bus.publish('orders/42', 'x');
    expect(await stream.messages.take(2)).toEqual([
      { id: ready.id, event: 'order.ready', data: '{"status":"ready"}' },
      { id: plain.id, event: 'message', data: '"x"' },
    ]);
    expect(stream.text()).toMatch(/^retry: \d+\n\n/);
  });

  it('resumes after Last-Event-ID, which wins over since', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    const first = await app.bus.publish('orders/42', 1);
    const second = await app.bus.publish('orders/42', 2);
    using stream = await openSse(`${app.url}/orders/42/events?since=earliest`, { 'Last-Event-ID': first.id });
    expect(await stream.messages.take(2)).toEqual([
      { id: second.id, event: 'message', data: '2' },
      { id: second.id, event: '$live', data: `{"cursor":"${second.id}"}` },
    ]);
  });

  it('reads several topics with one cursor and an envelope', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    const start = await app.bus.publish('orders/3', 0);
    const events = [await app.bus.publish('orders/2', 'b'), await app.bus.publish('orders/1', 'a')];
    using stream = await openSse(`${app.url}/orders/all`, { 'Last-Event-ID': start.id });
    const received = await stream.messages.take(2);
    expect(received.map(({ data }) => JSON.parse(data) as unknown)).toEqual(events);
    expect(received.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  });

  it('puts a snapshot in front, and again after a reset', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    using stream = await openSse(`${app.url}/orders/42/with-snapshot`);
    expect(
      (await stream.messages.take(2)).map(({ event, data }) => [event, event === '$snapshot' && data]),
    ).toEqual([
      ['$snapshot', '{"id":"42"}'],
      ['$live', false],
    ]);
    using late = await openSse(`${app.url}/orders/42/with-snapshot?since=other-1-0`);
    const [reset, snapshot, live] = await late.messages.take(3);
    expect(reset).toMatchObject({ event: '$reset', data: `{"reason":"epoch","cursor":"${reset!.id}"}` });
    expect([snapshot!.event, live!.event]).toEqual(['$snapshot', '$live']);
  });

  it('sends state, and again when it differs', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    const controller = app.nest.get(OrdersController);
    using stream = await openSse(`${app.url}/orders/42/state`);
    const change = async (state: unknown) => {
      controller.state = state;
      await app.bus.publish('orders/42', null);
    };
    await change({ status: 'cooking' });
    expect(await stream.messages.next()).toMatchObject({ event: 'message', data: '{"status":"cooking"}' });
    await change({ status: 'cooking' });
    await change({ status: 'ready' });
    expect(await stream.messages.next()).toMatchObject({ event: 'message', data: '{"status":"ready"}' });
  });

  it('streams any Observable as Nest does, and ends with it', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    using stream = await openSse(`${app.url}/orders/observable`);
    expect(await stream.messages.take(2)).toEqual([
      { id: '7', event: 'said', data: '{"text":"a\\nb"}' },
      { id: undefined, event: 'message', data: 'plain' },
    ]);
    await stream.ended;
  });

  it('answers what fails before the first byte as any route does', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    expect((await fetch(`${app.url}/orders/failing`)).status).toBe(404);
    const garbage = await fetch(`${app.url}/orders/42/events?since=garbage`);
    expect(garbage.status).toBe(400);
    expect(await garbage.json()).toMatchObject({ statusCode: 400, code: 'cursor-malformed' });
  });

  it('answers HEAD with the headers only', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    const response = await fetch(`${app.url}/orders/42/events`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    expect(await response.text()).toBe('');
  });

  it('closes with $closing', async () => {
    await using app = await startApp({ adapter, controllers: [OrdersController] });
    using stream = await openSse(`${app.url}/orders/42/events`);
    await stream.messages.next();
    const closed = app.close();
    expect(await stream.messages.next()).toMatchObject({ event: '$closing' });
    await stream.ended;
    await closed;
  });
});
