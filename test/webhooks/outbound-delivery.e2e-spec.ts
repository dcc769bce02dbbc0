import { describe, expect, it } from '@jest/globals';
import { createLmdb, ENGINES, startSending } from './outbound-kit.js';
import { startReceiver } from './outbound-peers.js';

const SOME_TIME = {
  time: expect.stringMatching(/^\d{4}-.*Z$/),
  durationMs: expect.any(Number),
};

describe.each(ENGINES)('with the engine $name', ({ create }) => {
  it('tries again, with the same id', async () => {
    await using files = await create();
    await using receiver = await startReceiver('127.0.0.1', { status: 500, body: 'the till is stuck' }, 302);
    await using app = await startSending(files.engine());
    const { id } = await app.endpoints.create({ url: receiver.url, topics: ['orders/*'] });
    const news = app.news(id);
    const event = await app.bus.publish('orders/42', 1, { type: 'order.ready' });

    const received = await receiver.received.take(3);
    expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([event.id]));
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect((await news.take(2)).map(({ type }) => type)).toEqual(['consumer.failed', 'consumer.failed']);
  });

  it('keeps what was given up, and sends it again on demand', async () => {
    await using files = await create();
    await using receiver = await startReceiver('127.0.0.1', 500, 500, 500);
    await using app = await startSending(files.engine());
    const { endpoints } = app;
    const { id } = await endpoints.create({ url: receiver.url, topics: ['orders/*'] });
    const news = app.news(id);
    const event = await app.bus.publish('orders/42', 1);
    await news.until(({ type }) => type === 'consumer.dead-letter');
    expect(await endpoints.deadLetters(id)).toMatchObject([
      { event, attempts: 3, error: 'The endpoint answered 500.' },
    ]);
    expect(await endpoints.deliveries(id)).toMatchObject([
      { eventId: event.id, state: 'failing', attempts: 3, last: { status: 500 } },
    ]);

    await receiver.received.take(3);
    expect(await endpoints.redeliver(id, event.id)).toBe(1);
    expect((await receiver.received.next()).headers['webhook-id']).toBe(event.id);
    expect(await endpoints.deadLetters(id)).toEqual([]);
  });

  it('leaves an endpoint alone for as long as it asks to be', async () => {
    await using files = await create();
    await using receiver = await startReceiver('127.0.0.1', {
      status: 429,
      headers: { 'retry-after': '3600' },
    });
    await using app = await startSending(files.engine());
    const { id } = await app.endpoints.create({ url: receiver.url, topics: ['orders/*'] });
    const news = app.news(id);
    const event = await app.bus.publish('orders/42', 1);
    const { type, data } = await news.next();
    expect([type, data]).toMatchObject(['consumer.breaker-open', { error: 'The endpoint answered 429.' }]);
    const { until } = data as { until: string };
    expect(Date.parse(until) - Date.parse(event.time)).toBeGreaterThanOrEqual(3_600_000);
  });

  it('keeps the order where it is asked to', async () => {
    await using files = await create();
    await using receiver = await startReceiver('127.0.0.1', 500);
    await using app = await startSending(files.engine());
    await app.endpoints.create({ url: receiver.url, topics: ['orders/*'], ordered: true });
    const events = await Promise.all([1, 2, 3].map((order) => app.bus.publish(`orders/${order}`, order)));
    const received = await receiver.received.take(4);
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(
      [0, 0, 1, 2].map((index) => events[index]!.id),
    );
  });

  it('sends again what happened since a time', async () => {
    await using files = await create();
    await using receiver = await startReceiver();
    await using app = await startSending(files.engine());
    const { endpoints } = app;
    const { id } = await endpoints.create({ url: receiver.url, topics: ['orders/*'], ordered: true });
    // Holds what it has not been sent.
    const other = await endpoints.create({ url: receiver.url, topics: ['orders/*'] });
    await endpoints.pause(other.id);
    const event = await app.bus.publish('orders/42', 1);
    // In order: when this one is sent, the one before has ended.
    await app.bus.publish('orders/43', 1);
    await receiver.received.take(2);
    await endpoints.replay(id, new Date(event.time));
    expect((await receiver.received.next()).headers['webhook-id']).toBe(event.id);
  });
});

it('writes down every attempt', async () => {
  await using receiver = await startReceiver('127.0.0.1', { status: 500, body: 'x'.repeat(600) }, 302, {
    status: 200,
    body: 'thanks',
  });
  await using app = await startSending();
  const { id } = await app.endpoints.create({ url: receiver.url, topics: ['orders/*'], ordered: true });
  const event = await app.bus.publish('orders/42', 1, { type: 'order.ready' });
  // In order: when this one is sent, the one before has ended.
  await app.bus.publish('orders/43', 1);
  await receiver.received.take(4);

  const of = { eventId: event.id, topic: 'orders/42', type: 'order.ready' };
  const attempts = await app.endpoints.attempts(id, { eventId: event.id });
  expect(attempts).toEqual([
    { ...of, number: 3, ok: true, status: 200, answer: 'thanks', ...SOME_TIME },
    { ...of, number: 2, ok: false, status: 302, answer: '', ...SOME_TIME },
    { ...of, number: 1, ok: false, status: 500, answer: 'x'.repeat(512), ...SOME_TIME },
  ]);
  expect(await app.endpoints.deliveries(id)).toContainEqual({
    ...of,
    state: 'delivered',
    attempts: 3,
    last: attempts[0],
  });
});

it('goes on after a restart', async () => {
  await using files = await createLmdb();
  await using receiver = await startReceiver('127.0.0.1', 500, 500, 500);
  const first = await startSending(files.engine());
  const { id, secret, ...view } = await first.endpoints.create({ url: receiver.url, topics: ['orders/*'] });
  const { id: pausedId } = await first.endpoints.create({ url: receiver.url, topics: ['menu'] });
  await first.endpoints.pause(pausedId);
  const news = first.news(id);
  const dead = await first.bus.publish('orders/1', 1);
  await news.until(({ type }) => type === 'consumer.dead-letter');
  const dish = await first.bus.publish('menu', 'soup');
  await first.close();

  await using second = await startSending(files.engine());
  const { endpoints } = second;
  expect(secret).toMatch(/^whsec_/);
  expect(await endpoints.get(id)).toEqual({ id, ...view });
  expect(await endpoints.get(pausedId)).toMatchObject({ state: 'paused' });
  expect((await endpoints.attempts(id)).map(({ number }) => number)).toEqual([3, 2, 1]);
  expect(await endpoints.deadLetters(id)).toMatchObject([{ event: dead }]);
  await receiver.received.take(3);
  await endpoints.redeliver(id);
  expect((await receiver.received.next()).headers['webhook-id']).toBe(dead.id);
  await endpoints.resume(pausedId);
  expect((await receiver.received.next()).headers['webhook-id']).toBe(dish.id);
});
