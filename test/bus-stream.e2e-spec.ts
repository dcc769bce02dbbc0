import { describe, expect, it } from '@jest/globals';
import {
  memoryEngine,
  type RealtimeEngine,
  RealtimeError,
  RealtimeResetError,
  topic,
  type TopicEvent,
  topics,
} from 'nestjs-realtime';
import { firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import { busApp, dataOf } from './support/bus-app.js';
import { Inbox } from './support/inbox.js';
import { TestClock } from './support/test-clock.js';
import { turns } from './support/turns.js';

describe('stream', () => {
  it('gives history since a cursor, then what happens', async () => {
    const { bus } = await busApp();
    const first = await bus.publish('orders/42', 'cooking');
    await bus.publish('orders/42', 'ready', { type: 'order.ready' });
    const received = firstValueFrom(bus.stream('orders/42', { since: first.id }).pipe(take(2), toArray()));
    await bus.publish('orders/42', 'eaten');
    expect(dataOf(await received)).toEqual(['ready', 'eaten']);
  });

  it('from now begins when it is subscribed to', async () => {
    const { bus } = await busApp();
    await bus.publish('a', 'before');
    const received = firstValueFrom(bus.stream('a'));
    await bus.publish('a', 'after');
    expect((await received).data).toBe('after');
  });

  it('merges several topics in the order of the log, and since a Date or earliest', async () => {
    const clock = new TestClock();
    const { bus } = await busApp({ engine: memoryEngine({ now: clock.now }) });
    await bus.publish('a', 1);
    clock.advance(1_000);
    for (const [name, value] of [
      ['b', 2],
      ['c', 3],
      ['a', 4],
    ] as const)
      await bus.publish(name, value);
    const read = (since: string | Date, count: number) =>
      lastValueFrom(bus.stream(topics('b', topic('a')), { since }).pipe(take(count), toArray()));
    expect(dataOf(await read('earliest', 3))).toEqual([1, 2, 4]);
    expect(dataOf(await read(new Date(clock.ms), 2))).toEqual([2, 4]);
  });

  it('gives every subscriber the same frozen events', async () => {
    const { bus } = await busApp();
    const [one, other] = [new Inbox<TopicEvent>(), new Inbox<TopicEvent>()];
    for (const inbox of [one, other]) bus.stream('a').subscribe(inbox.push);
    await turns();
    await bus.publish('a', { nested: { list: [{}] } });
    const event = await one.next();
    expect(await other.next()).toBe(event);
    const { nested } = event.data as { nested: { list: object[] } };
    for (const part of [event, event.data, nested, nested.list, nested.list[0]]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('ends its reading when it is unsubscribed from, also from within', async () => {
    const { bus, feeds } = await busApp();
    const inbox = new Inbox<TopicEvent>();
    const subscription = bus.stream('a').subscribe((event) => {
      inbox.push(event);
      subscription.unsubscribe();
    });
    await Promise.all([bus.publish('a', 1), bus.publish('a', 2)]);
    await inbox.next();
    expect(feeds()).toBe(0);
    expect(inbox.size).toBe(0);
  });

  it('errors with the reason and a cursor to go on from when history is lost', async () => {
    const { bus, feeds } = await busApp({ retention: { maxEvents: 1 } });
    const { cursor } = await bus.read('a');
    await bus.publish('a', 1);
    const { id } = await bus.publish('a', 2);
    const error: unknown = await lastValueFrom(bus.stream('a', { since: cursor })).catch((error) => error);
    expect(error).toBeInstanceOf(RealtimeResetError);
    expect(error).toMatchObject({ reason: 'expired', cursor: id });
    const received = firstValueFrom(bus.stream('a', { since: id }));
    await bus.publish('a', 3);
    expect((await received).data).toBe(3);
    expect(feeds()).toBe(0);
  });

  it.each([
    ['cursor-malformed', 'a', { since: 'garbage' }],
    ['cursor-malformed', 'a', { since: new Date(Number.NaN) }],
    ['topic-invalid', 'a//b', {}],
    ['topic-invalid', ['a', ''], {}],
  ] as const)('errors with %s for %j since %j, and leaves nothing behind', async (code, name, options) => {
    const { bus, feeds } = await busApp();
    const error: unknown = await lastValueFrom(bus.stream(name, options)).catch((error) => error);
    expect(error).toBeInstanceOf(RealtimeError);
    expect(error).toMatchObject({ code, status: 400 });
    expect(feeds()).toBe(0);
  });

  it('errors when the log cannot be read', async () => {
    const engine: RealtimeEngine = memoryEngine();
    const { bus, feeds } = await busApp({ engine });
    engine.read = () => Promise.reject(new Error('gone'));
    await expect(lastValueFrom(bus.stream('a'))).rejects.toThrow('gone');
    expect(feeds()).toBe(0);
  });
});
