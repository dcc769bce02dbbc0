import type { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Inbox } from '../support/inbox.js';
import { ENGINES, startSending } from './outbound-kit.js';
import { startPeer, startReceiver } from './outbound-peers.js';

const DAY_MS = 24 * 3_600_000;
const BUSY = { status: 429, headers: { 'retry-after': '86400' } };

describe.each(ENGINES)('an endpoint with a new URL, with the engine $name,', ({ create }) => {
  it.each([
    ['in any order', false],
    ['in order', true],
  ])('is sent at once what waits (%s), whatever the old one asked for', async (_, ordered) => {
    await using files = await create();
    await using before = await startReceiver('127.0.0.1', BUSY);
    await using after = await startReceiver();
    await using app = await startSending(files.engine());
    const { id } = await app.endpoints.create({ url: before.url, topics: ['orders/*'], ordered });
    const news = app.news(id);
    const first = await app.bus.publish('orders/1', 1);
    await news.until(({ type }) => type === 'consumer.failed');
    const second = await app.bus.publish('orders/2', 2);

    await app.endpoints.update(id, { url: after.url });
    await news.until(({ type }) => type === 'consumer.breaker-closed');
    const ids = (await after.received.take(2)).map(({ headers }) => headers['webhook-id']);
    expect(ordered ? ids : new Set(ids)).toEqual(
      ordered ? [first.id, second.id] : new Set([first.id, second.id]),
    );
    const third = await app.bus.publish('orders/3', 3);
    expect((await after.received.next()).headers['webhook-id']).toBe(third.id);
    expect(before.received.size).toBe(1);
  });

  it('has all attempts before it, of many events as well', async () => {
    await using files = await create();
    // Every other one fails, so that the breaker stays closed.
    const answers = Array.from({ length: 300 }, (_, index) => (index % 2 === 0 ? 500 : 204));
    await using before = await startReceiver('127.0.0.1', ...answers);
    await using after = await startReceiver();
    await using app = await startSending(files.engine(), { retries: [DAY_MS, DAY_MS] });
    const { id } = await app.endpoints.create({ url: before.url, topics: ['orders/*'], ordered: false });
    const events = await Promise.all(answers.map((_, index) => app.bus.publish('orders/1', index)));
    await before.received.take(events.length);
    // The last of them have not been written down yet, and are when this is.
    await app.endpoints.pause(id);
    await app.endpoints.update(id, { url: after.url });
    await app.endpoints.resume(id);
    await after.received.take(150);
    expect(await app.endpoints.attempts(id, { limit: 150 })).toEqual(
      expect.arrayContaining([expect.objectContaining({ number: 1, ok: true })]),
    );
    const last = await app.bus.publish('orders/1', 'last');
    expect((await after.received.next()).headers['webhook-id']).toBe(last.id);
  });

  it('is not held back by what the old one answers later', async () => {
    await using files = await create();
    const sockets = new Inbox<Socket>();
    await using before = await startPeer(sockets.push);
    await using after = await startReceiver();
    await using app = await startSending(files.engine(), { retries: [DAY_MS] });
    const { id } = await app.endpoints.create({ url: before.url, topics: ['orders/*'] });
    const event = await app.bus.publish('orders/1', 1);
    const socket = await sockets.next();
    await app.endpoints.update(id, { url: after.url });
    socket.end('HTTP/1.1 503 Busy\r\nretry-after: 86400\r\ncontent-length: 0\r\n\r\n');
    expect((await after.received.next()).headers['webhook-id']).toBe(event.id);
    const next = await app.bus.publish('orders/1', 2);
    expect((await after.received.next()).headers['webhook-id']).toBe(next.id);
    expect(await app.endpoints.deadLetters(id)).toEqual([]);
  });
});

it('an endpoint that keeps its URL keeps its breaker', async () => {
  await using receiver = await startReceiver('127.0.0.1', BUSY);
  await using app = await startSending();
  const { id } = await app.endpoints.create({ url: receiver.url, topics: ['orders/*'] });
  const news = app.news(id);
  await app.bus.publish('orders/1', 1);
  await news.next();
  await app.endpoints.update(id, { url: receiver.url, description: 'ours' });
  await app.bus.publish('orders/2', 2);
  await receiver.received.next();
  const { eventId } = await app.endpoints.test(id);
  expect((await receiver.received.next()).headers['webhook-id']).toBe(eventId);
});
