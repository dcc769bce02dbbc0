import { describe, expect, it } from '@jest/globals';
import { memoryEngine, type RealtimeBus, RealtimeError, topic, topics } from 'nestjs-realtime';
import { busApp, dataOf } from './support/bus-app.js';
import { TestClock } from './support/test-clock.js';

describe('publish', () => {
  it('resolves to the event, as readers get it', async () => {
    const clock = new TestClock();
    const { bus } = await busApp({ engine: memoryEngine({ now: clock.now }) });
    const published = await bus.publish('orders/42', { status: 'ready' }, { type: 'order.ready' });
    expect(published).toEqual({
      id: expect.stringMatching(/^[a-z0-9]+-[a-z0-9]+-[a-z0-9]+$/),
      topic: 'orders/42',
      type: 'order.ready',
      data: { status: 'ready' },
      time: new Date(clock.ms).toISOString(),
    });
    expect(await bus.latest('orders/42')).toEqual(published);
    expect((await bus.read('orders/42')).events).toEqual([published]);
  });

  it('takes a topic() for a topic, and message for a type', async () => {
    const { bus } = await busApp();
    const event = await bus.publish(topic('orders', 'a/b'), 1);
    expect(event).toMatchObject({ topic: 'orders/a%2Fb', type: 'message' });
    expect((await bus.latest(topic('orders', 'a/b')))?.id).toBe(event.id);
  });

  it.each([
    ['undefined', undefined, null],
    ['a function', () => 1, null],
    ['a Date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['NaN', Number.NaN, null],
    ['what toJSON says', { toJSON: () => 'said' }, 'said'],
    ['text with line ends', 'a\r\nb\u2028\0', 'a\r\nb\u2028\0'],
  ])('writes %s as JSON does', async (_, given, read) => {
    const { bus } = await busApp();
    await bus.publish('a', given);
    expect((await bus.latest('a'))?.data).toEqual(read);
  });

  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  let deep: unknown[] = [];
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];

  it.each([
    ['a BigInt', { price: 1n }],
    ['a cycle', cyclic],
    ['what is nested too deeply', deep],
    [
      'what throws',
      {
        toJSON: () => {
          throw new Error('no');
        },
      },
    ],
  ])('refuses %s at the publisher', async (_, unserialisable) => {
    const { bus } = await busApp();
    await expect(bus.publish('a', unserialisable)).rejects.toMatchObject({
      code: 'data-unserialisable',
      message: expect.stringContaining('cannot be written as JSON'),
    });
    expect(await bus.latest('a')).toBeUndefined();
  });

  it.each<[string, Parameters<RealtimeBus['publish']>]>([
    ['topic-invalid', ['', 1]],
    ['topic-invalid', ['a//b', 1]],
    ['topic-invalid', ['a/*', 1]],
    ['topic-invalid', ['x'.repeat(257), 1]],
    ['topic-invalid', [undefined as unknown as string, 1]],
    ['topic-invalid', [topics('a', 'b'), 1]],
    ['topic-invalid', [topics(), 1]],
    ['type-invalid', ['a', 1, { type: '$reset' }]],
    ['type-invalid', ['a', 1, { type: '' }]],
    ['type-invalid', ['a', 1, { type: 'a\nb' }]],
    ['message-invalid', ['a', 1, { idempotencyKey: '' }]],
    ['message-invalid', ['a', 1, { idempotencyKey: 'ü'.repeat(129) }]],
    ['message-invalid', ['a', 1, { idempotencyKey: 1 as unknown as string }]],
  ])('refuses with %s: %j', async (code, args) => {
    const { bus } = await busApp();
    const refusal: unknown = await bus.publish(...args).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RealtimeError);
    expect(refusal).toMatchObject({ code, status: 400, response: { statusCode: 400, code } });
    expect((await bus.read(['a', 'a b'])).events).toEqual([]);
  });

  it('refuses what the log cannot hold', async () => {
    const { bus } = await busApp({ retention: { maxBytes: 1_000 } });
    await expect(bus.publish('a', 'x'.repeat(1_000))).rejects.toMatchObject({ code: 'payload-too-large' });
  });

  it('with the same idempotency key gives the first event', async () => {
    const clock = new TestClock();
    const { bus } = await busApp({
      engine: memoryEngine({ now: clock.now }),
      retention: { idempotencyMs: 1_000 },
    });
    const key = { idempotencyKey: 'ü'.repeat(128) };
    const first = await bus.publish('a', 1, { ...key, type: 'first' });
    const again = await bus.publish('a', 2, { ...key, type: 'second' });
    expect(again).toEqual({ ...first, data: 2 });
    expect(dataOf((await bus.read('a')).events)).toEqual([1]);
    clock.advance(1_001);
    expect((await bus.publish('a', 3, key)).id).not.toBe(first.id);
  });
});
