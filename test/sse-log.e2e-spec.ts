import { Controller, Param } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { memoryEngine, type RealtimeOptions, Sse, topic, topics, type TopicEvent } from 'nestjs-realtime';
import { ADAPTERS, type RunningApp, startApp } from './support/app.js';
import { ask, saying } from './support/http-answer.js';
import { openSse } from './support/sse-client.js';
import { TestClock } from './support/test-clock.js';
import { until } from './support/until.js';

@Controller('orders')
class OrdersController {
  loads = 0;

  @Sse(':id/events')
  events(@Param('id') id: string) {
    return topic('orders', id);
  }

  @Sse('all', { envelope: true })
  async all() {
    return topics('orders/1', 'orders/2');
  }

  @Sse(':id/with-snapshot')
  withSnapshot(@Param('id') id: string) {
    return topic('orders', id).snapshot(async () => ({ id, loads: ++this.loads }));
  }
}

describe.each(ADAPTERS)('@Sse of a log on %s', (adapter) => {
  const start = async (realtime: RealtimeOptions = {}) => {
    const app = await startApp({ adapter, controllers: [OrdersController], realtime });
    return Object.assign(app, { orders: `${app.url}/orders/42` });
  };
  const publish = async (app: RunningApp, count: number) => {
    const events: TopicEvent[] = [];
    for (let n = 0; n < count; n++) events.push(await app.bus.publish('orders/42', n));
    return events;
  };
  const live = (id: string) => ({ id, event: '$live', data: `{"cursor":"${id}"}` });

  it('streams from now on, with data, type and id', async () => {
    await using app = await start();
    const [before] = await publish(app, 1);
    using stream = await openSse(`${app.orders}/events`);
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      connection: 'keep-alive',
    });
    expect(await stream.messages.next()).toEqual(live(before!.id));
    const ready = await app.bus.publish('orders/42', { status: 'ready' }, { type: 'order.ready' });
    const plain = await app.bus.publish('orders/42', 'x\n\u2028\0');
    await stream.messages.take(2);
    expect(stream.text().replace(/^retry: \d+\n\n/, '')).toBe(
      [
        `id: ${before!.id}\nevent: $live\ndata: {"cursor":"${before!.id}"}\n\n`,
        `id: ${ready.id}\nevent: order.ready\ndata: {"status":"ready"}\n\n`,
        `id: ${plain.id}\ndata: "x\\n\u2028\\u0000"\n\n`,
      ].join(''),
    );
  });

  it('resumes after Last-Event-ID, which wins over since', async () => {
    await using app = await start();
    const [first, second] = await publish(app, 2);
    const url = `${app.orders}/events?since=earliest`;
    using stream = await openSse(url, { 'Last-Event-ID': first!.id });
    expect(await stream.messages.take(2)).toEqual([
      { id: second!.id, event: 'message', data: '1' },
      live(second!.id),
    ]);
    // What a browser sends that has no id yet.
    using fresh = await openSse(url, { 'Last-Event-ID': '' });
    expect((await fresh.messages.take(3)).map(({ data }) => data).slice(0, 2)).toEqual(['0', '1']);
    using latest = await openSse(`${app.orders}/events?since=latest`);
    expect(await latest.messages.next()).toEqual(live(second!.id));
  });

  it('reads several topics with one cursor and an envelope', async () => {
    await using app = await start();
    const before = await app.bus.publish('orders/3', 0);
    const events = [
      await app.bus.publish('orders/2', 'b', { type: 'said' }),
      await app.bus.publish('orders/1', { a: [1] }),
      await app.bus.publish('orders/2', null),
    ];
    using stream = await openSse(`${app.url}/orders/all`, { 'Last-Event-ID': before.id });
    const received = await stream.messages.take(3);
    expect(received.map(({ data }) => JSON.parse(data) as unknown)).toEqual(events);
    expect(received.map(({ id, event }) => [id, event])).toEqual(events.map(({ id, type }) => [id, type]));
    using rest = await openSse(`${app.url}/orders/all`, { 'Last-Event-ID': received[0]!.id! });
    expect((await rest.messages.take(2)).map(({ id }) => id)).toEqual([events[1]!.id, events[2]!.id]);
  });

  it('gives a long backlog, then what happens, each event once', async () => {
    await using app = await start({ retention: { maxEvents: 10_000 } });
    const events = await publish(app, 2_000);
    using stream = await openSse(`${app.orders}/events?since=earliest`);
    events.push(...(await publish(app, 500)));
    const received = await stream.messages.take(2_501);
    const at = received.findIndex(({ event }) => event === '$live');
    expect(received[at]).toEqual(live(received[at - 1]!.id!));
    received.splice(at, 1);
    expect(received.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  });

  it('puts the snapshot in front, and again after a reset, but not when it resumes', async () => {
    await using app = await start({ retention: { maxEvents: 2 } });
    const [lost, kept, , last] = await publish(app, 4);
    const begin = async (query: string, count: number) => {
      using stream = await openSse(`${app.orders}/with-snapshot${query}`);
      return stream.messages.take(count);
    };
    const snapshot = (loads: number) => ({
      id: last!.id,
      event: '$snapshot',
      data: `{"id":"42","loads":${loads}}`,
    });
    // Without an id: who is cut off before the snapshot is told again.
    const reset = (reason: string) => ({
      id: undefined,
      event: '$reset',
      data: `{"reason":"${reason}","cursor":"${last!.id}"}`,
    });
    expect(await begin('', 2)).toEqual([snapshot(1), live(last!.id)]);
    expect(await begin(`?since=${lost!.id}`, 3)).toEqual([reset('expired'), snapshot(2), live(last!.id)]);
    expect(await begin('?since=other-1-0', 3)).toEqual([reset('epoch'), snapshot(3), live(last!.id)]);
    const ahead = `?since=${lost!.id.split('-')[0]}-zzzzzzzz-0`;
    expect(await begin(ahead, 3)).toEqual([reset('ahead'), snapshot(4), live(last!.id)]);
    expect((await begin(`?since=${kept!.id}`, 3)).map(({ event }) => event)).toEqual([
      'message',
      'message',
      '$live',
    ]);
  });

  it('moves the id of a quiet client by heartbeats, so that it stays within what is kept', async () => {
    const clock = new TestClock();
    const engine = memoryEngine({ now: clock.now });
    await using app = await start({ engine, retention: { maxAgeMs: 1_000 }, sse: { heartbeatMs: 30 } });
    using stream = await openSse(`${app.orders}/events`);
    const { id: first } = await stream.messages.next();
    const other = await app.bus.publish('orders/43', 'other');
    await until(() => stream.text().endsWith(`\n\nid: ${other.id}\n\n`));

    // Now the log no longer knows which topic it was that had `other`.
    clock.advance(2_000);
    await app.bus.publish('orders/44', 'another');
    const event = await app.bus.publish('orders/42', 'at last');
    using late = await openSse(`${app.orders}/events`, { 'Last-Event-ID': first! });
    expect((await late.messages.next()).event).toBe('$reset');
    using back = await openSse(`${app.orders}/events`, { 'Last-Event-ID': other.id });
    expect(await back.messages.next()).toEqual({ id: event.id, event: 'message', data: '"at last"' });
  });

  it('ends at its greatest age with $closing and when to come back', async () => {
    await using app = await start({ sse: { heartbeatMs: 30, maxAgeMs: 60, retryMs: 1_000 } });
    using stream = await openSse(`${app.orders}/events`);
    const { id } = await stream.messages.next();
    await stream.ended;
    const { event, data, id: last } = await stream.messages.next();
    const { retryMs } = JSON.parse(data) as { retryMs: number };
    expect([event, last]).toEqual(['$closing', id]);
    expect(stream.text()).toContain(`retry: ${retryMs}\n`);
    expect(retryMs).toBeGreaterThanOrEqual(800);
    expect(retryMs).toBeLessThanOrEqual(1_200);
  });

  it('tells each client another reconnection time', async () => {
    await using app = await start({ sse: { retryMs: 10_000 } });
    const times = new Set<number>();
    for (let n = 0; n < 20; n++) {
      using stream = await openSse(`${app.orders}/events`);
      await stream.messages.next();
      times.add(Number(/^retry: (\d+)\n\n/.exec(stream.text())![1]));
    }
    expect(times.size).toBeGreaterThan(1);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(8_000);
    expect(Math.max(...times)).toBeLessThanOrEqual(12_000);
  });

  it('refuses what is no cursor', async () => {
    await using app = await start();
    const malformed = { statusCode: 400, code: 'cursor-malformed', message: expect.any(String) };
    for (const since of ['garbage', '', 'a-1', 'a-01-0', '%0a']) {
      const { status, body } = await ask(`${app.orders}/events?since=${since}`);
      expect([since, status, body]).toEqual([since, 400, malformed]);
    }
    expect((await ask(`${app.orders}/events`, { 'Last-Event-ID': '17' })).body).toEqual(malformed);
    const twice = await ask(`${app.orders}/events?since=earliest&since=earliest`);
    expect([twice.status, twice.body]).toMatchObject([400, { code: 'query-invalid' }]);
  });

  it('answers HEAD with the headers of GET, and ends', async () => {
    await using app = await start();
    using stream = await openSse(`${app.orders}/with-snapshot`);
    const head = await ask(`${app.orders}/with-snapshot`, {}, 'HEAD');
    expect([head.status, head.text]).toEqual([200, '']);
    const get = Object.fromEntries(
      Object.entries(stream.headers).map(([name, value]) => [name, String(value)]),
    );
    expect(saying(head.headers)).toEqual(saying(new Headers(get)));
    expect((await ask(`${app.orders}/events?since=x`, {}, 'HEAD')).status).toBe(400);
  });
});
