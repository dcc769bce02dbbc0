import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { temporaryFolder } from '../support/temporary-folder.js';
import type { Broker, Received } from './broker.js';
import { allOf, byTopic, numbers, startRelaying } from './relay-kit.js';

/**
 * What holds for relays to every broker, whatever happens to it and to the wire.
 * @returns the broker, for more tests
 */
export function relayContract<Kind extends Broker>(create: () => Promise<Kind>): () => Kind {
  let broker: Kind;

  beforeAll(async () => {
    broker = await create();
    await broker.start();
  });

  afterEach(() => broker.wire.release());
  afterAll(() => broker?.[Symbol.asyncDispose]());

  it('sends every event once, as it is, in the order of the log', async () => {
    await using app = await startRelaying(broker);
    const events = await app.publish(...numbers(50), { deep: [{ er: 'Crème brûlée' }] }, null, false);
    const received = await allOf(broker, events);
    expect(byTopic(received)).toEqual(byTopic(events));
    expect(received).toHaveLength(events.length);
  });

  describe('a broker that is down', () => {
    it('when the application starts gets everything once it is up', async () => {
      await broker.kill();
      await using app = await startRelaying(broker);
      const events = await app.publish(...numbers(20));
      expect(await app.news.next()).toMatchObject({
        type: 'consumer.failed',
        data: { event: { id: events[0]!.id } },
      });
      await broker.start();
      expect(byTopic(await allOf(broker, events))).toEqual(byTopic(events));
    });

    it('in mid-stream, and comes back, gets everything and has kept what it acknowledged', async () => {
      await using app = await startRelaying(broker);
      if (broker.isDurable) await broker.stopReceiving();
      const before = await app.publish(...numbers(100));
      const received = broker.isDurable ? [] : await allOf(broker, before);
      await app.acknowledged(before[10]!);
      await broker.kill();
      const after = await app.publish(...numbers(100));
      await broker.start();
      received.push(...(await allOf(broker, broker.isDurable ? [...before, ...after] : after)));
      expect(byTopic(received)).toEqual(byTopic([...before, ...after]));
    });
  });

  it('a connection that breaks again and again loses nothing', async () => {
    await using app = await startRelaying(broker);
    const events = await app.publish(...numbers(40));
    const received: Received[] = [];
    for (const index of [5, 15, 25, 39]) {
      received.push(...(await broker.received.until(({ id }) => id === events[index]!.id)));
      if (index < 39) broker.wire.break();
    }
    expect(byTopic(received)).toEqual(byTopic(events));
  });

  describe('an acknowledgement that is late', () => {
    it('holds back what comes after', async () => {
      await using app = await startRelaying(broker);
      const [first] = await app.publish('first');
      await app.acknowledged(first!);
      broker.wire.hold();
      const events = await app.publish(...numbers(5));
      const received = await allOf(broker, [events[0]!]);
      expect(await app.consumers.list()).toMatchObject([{ cursor: first!.id, inFlight: 1 }]);
      const early = broker.received.drain().filter(({ id }) => events.some((event) => event.id === id));
      expect(early).toEqual([]);
      broker.wire.release();
      received.push(...(await allOf(broker, events.slice(1))));
      expect(byTopic(received)).toEqual(byTopic(events));
      expect(received).toHaveLength(events.length);
    });

    it('by more than timeoutMs has the event sent again, with the same id', async () => {
      await using app = await startRelaying(broker, { timeoutMs: 500 });
      const [first] = await app.publish('first');
      await app.acknowledged(first!);
      broker.wire.hold();
      const events = await app.publish(...numbers(5));
      await app.news.until(({ type }) => type === 'consumer.failed');
      broker.wire.release();
      const received = await allOf(broker, events);
      expect(byTopic(received)).toEqual(byTopic(events));
    });

    it('by so much that the process has died meanwhile has the event sent again by the next', async () => {
      const path = await temporaryFolder();
      const app = await startRelaying(broker, {}, lmdbEngine({ path }));
      const [first] = await app.publish('first');
      await app.acknowledged(first!);
      broker.wire.hold();
      const events = await app.publish(...numbers(20));
      const received = await allOf(broker, [events[0]!]);
      const killed = app.kill();
      broker.wire.release();
      await killed;
      await using _next = await startRelaying(broker, {}, lmdbEngine({ path }));
      received.push(...(await allOf(broker, events.slice(1))));
      expect(byTopic(received)).toEqual(byTopic(events));
      expect(received.length).toBeLessThanOrEqual(events.length + 1);
    });
  });

  return () => broker;
}
