import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { memoryEngine, GiveUpError, type TopicEvent } from 'nestjs-realtime';
import { shopsOf } from '../contracts/consumer/consumer-kit.js';
import { FakeTime } from './fake-time.js';
import { handlerOf, Runs } from './handlers.js';

const engine = () => {
  const memory = memoryEngine();
  return Promise.resolve({ engine: () => memory, remove: async () => {} });
};

describe('what happens to a consumer', () => {
  const open = shopsOf(engine);
  afterEach(() => void jest.useRealTimers());

  it('is told to few in a flood: ten, and then how many more', async () => {
    const shop = await open();
    const app = await shop.startBilling({ concurrency: 1 });
    const news = app.news();
    using time = new FakeTime(app.engine);
    await app.publish(...Array.from({ length: 100 }, (_, index) => index));
    await app.runs.failNext(100, new GiveUpError('no'));
    await app.engine.settled();
    await time.pass(10_000);
    const told = await news.take(11);
    expect(told.map(({ type }) => type)).toEqual(Array<string>(11).fill('consumer.dead-letter'));
    const counts = told.map(({ data }) => (data as { count?: number }).count);
    expect(counts).toEqual([...Array<undefined>(10).fill(undefined), 90]);
    const lines = app.log.lines.drain().filter((line) => line.startsWith('consumer.dead-letter'));
    expect(lines).toHaveLength(11);

    await app.publish('later');
    await app.runs.failNext(1, new GiveUpError('no'));
    expect((await news.next()).data).toMatchObject({ error: 'no' });
    expect(news.size).toBe(0);
  });

  it('can be handled by a durable handler, which does not go round in circles', async () => {
    const shop = await open();
    const [billing, alarms] = [new Runs(), new Runs()];
    const heard: TopicEvent[] = [];
    const app = await shop.start(
      handlerOf('orders/**', { durable: 'billing', retries: [] }, billing.handle),
      handlerOf('realtime/consumers/*', { durable: 'alarms', retries: [] }, (event, attempt) => {
        heard.push(event);
        return alarms.handle(event, attempt);
      }),
    );
    await app.publish('a');
    await billing.failNext();
    const first = await alarms.next();
    expect(first.event).toMatchObject({ type: 'consumer.dead-letter', data: { consumer: 'billing' } });
    first.fail();
    // What failed is told as well, on a topic that it hears itself; a success ends it.
    const second = await alarms.next();
    expect(second.event).toMatchObject({ type: 'consumer.dead-letter', data: { consumer: 'alarms' } });
    second.end();
    await app.publish('b');
    await billing.failNext();
    expect((await alarms.next()).event.data).toMatchObject({ consumer: 'billing' });
    expect(heard).toHaveLength(3);
  });

  it('that cannot be published stops nothing', async () => {
    const shop = await open();
    const app = await shop.startBilling({ retries: [], concurrency: 1 });
    app.engine.around = (operation, run) =>
      operation === 'publish' ? Promise.reject(new Error('The log is full.')) : run();
    await app.consumers.pause('billing');
    expect(await app.log.next('is not published')).toBe('consumer.paused of billing is not published.');
    app.engine.around = (_, run) => run();
    await app.consumers.resume('billing');
    await app.publish('a');
    expect(await app.runs.endNext()).toEqual(['a']);
  });
});
