import { describe, expect, it } from '@jest/globals';
import { FakeTime } from '../../consumers/fake-time.js';
import { type Handle, handlerOf } from '../../consumers/handlers.js';
import type { ConsumingApp, OpenShop } from './consumer-kit.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A target that is down until it is told not to be. */
class Target {
  isDown = true;
  /** When something was attempted, in milliseconds of the fake clock. */
  readonly attempts: number[] = [];
  readonly handled: unknown[] = [];
  private underWay = 0;
  /** The most that was ever under way at once, since it was last looked at. */
  most = 0;

  readonly handle: Handle = async ({ data }) => {
    this.attempts.push(Date.now());
    this.most = Math.max(this.most, ++this.underWay);
    await Promise.resolve();
    this.underWay--;
    if (this.isDown) throw new Error('Nobody answers.');
    this.handled.push(data);
  };

  /** The most attempts in any second. */
  get busiestSecond(): number {
    let first = 0;
    return this.attempts.reduce((most, time, last) => {
      while (this.attempts[first]! <= time - 1_000) first++;
      return Math.max(most, last - first + 1);
    }, 0);
  }
}

async function recordsOf(app: ConsumingApp): Promise<number> {
  return (await app.engine.records.list('consumers/billing/', { limit: 100_000 })).length;
}

/** What a target costs that is down for long, and how it is found to be up again. */
export function outage(open: OpenShop): void {
  describe('outage', () => {
    it('costs a constant number of records however long it is, and is caught up with at the rate limit', async () => {
      const shop = await open();
      const target = new Target();
      const app = await shop.start(
        handlerOf('orders/**', { durable: 'billing', rateLimit: 1_000, concurrency: 16 }, target.handle),
      );
      using time = new FakeTime(app.engine);
      await Promise.all(Array.from({ length: 10_000 }, (_, index) => app.bus.publish('orders/42', index)));
      await time.pass(4 * 60 * MINUTE_MS, 5 * MINUTE_MS);
      const after4Hours = await recordsOf(app);
      const [before] = await app.consumers.list();
      target.most = 0;
      await time.pass(DAY_MS, 5 * MINUTE_MS);
      const [status] = await app.consumers.list();
      expect(target.most).toBe(1);
      expect(await recordsOf(app)).toBeLessThanOrEqual(after4Hours);
      expect(after4Hours).toBeLessThanOrEqual(50);
      expect(target.attempts.length).toBeLessThan(500);
      expect(status!.cursor).toBe(before!.cursor);
      expect(['open', 'half-open']).toContain(status!.state);

      target.isDown = false;
      target.attempts.length = 0;
      await time.passUntil(() => target.handled.length >= 9_950, 100);
      expect(target.busiestSecond).toBeLessThanOrEqual(2_000);
      expect(target.busiestSecond).toBeGreaterThan(500);
      // What failed before has its own times, of which the last is a day later.
      await time.passUntil(() => target.handled.length === 10_000, 60 * MINUTE_MS);
      expect(new Set(target.handled).size).toBe(10_000);
    });

    it('is over as soon as one attempt succeeds', async () => {
      const shop = await open();
      const target = new Target();
      const app = await shop.start(
        handlerOf('orders/**', { durable: 'billing', concurrency: 1 }, target.handle),
      );
      const news = app.news();
      using time = new FakeTime(app.engine);
      await app.publish(1, 2, 3, 4, 5, 6, 7);
      await news.until(({ type }) => type === 'consumer.breaker-open');
      expect(target.attempts).toHaveLength(5);
      expect(await app.consumers.list()).toMatchObject([{ state: 'open' }]);
      target.isDown = false;
      await time.pass(4_999);
      expect(target.attempts).toHaveLength(5);
      await time.pass(2);
      await news.until(({ type }) => type === 'consumer.breaker-closed');
      expect(await app.consumers.list()).toMatchObject([{ state: 'running' }]);
      await time.passUntil(() => target.handled.length === 7, 1_000);
      expect(target.handled.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    it('is over at once when somebody knows better', async () => {
      const shop = await open();
      const target = new Target();
      const app = await shop.start(
        handlerOf('orders/**', { durable: 'billing', concurrency: 1 }, target.handle),
      );
      const news = app.news();
      using time = new FakeTime(app.engine);
      await app.publish(1, 2, 3, 4, 5, 6, 7);
      await news.until(({ type }) => type === 'consumer.breaker-open');
      const until = new Date(Date.now() + 5_000).toISOString();
      expect(await app.consumers.list()).toMatchObject([{ state: 'open', until }]);
      target.isDown = false;
      await app.consumers.resume('billing');
      await news.until(({ type }) => type === 'consumer.breaker-closed');
      const [status] = await app.consumers.list();
      expect(status!.state).toBe('running');
      expect(status).not.toHaveProperty('until');
      await time.passUntil(() => target.handled.length === 7, 1_000);
    });

    it('is asked after less and less often, at least every 5 minutes', async () => {
      const shop = await open();
      const target = new Target();
      const app = await shop.start(
        handlerOf(
          'orders/**',
          { durable: 'billing', concurrency: 1, ordered: true, retries: [] },
          target.handle,
        ),
      );
      using time = new FakeTime(app.engine);
      await app.publish(...Array.from({ length: 40 }, (_, index) => index));
      await time.pass(60 * MINUTE_MS, 1_000);
      const probes = target.attempts.slice(4);
      const waits = probes.slice(1).map((at, index) => Math.round((at - probes[index]!) / 1_000));
      expect(waits.slice(0, 9)).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
    });

    it('one that ended everything for good does not make dead letters of all that waits', async () => {
      const shop = await open();
      const target = new Target();
      const app = await shop.start(
        handlerOf('orders/**', { durable: 'billing', retries: [] }, target.handle),
      );
      using time = new FakeTime(app.engine);
      await Promise.all(Array.from({ length: 200 }, (_, index) => app.bus.publish('orders/42', index)));
      await time.pass(DAY_MS, 5 * MINUTE_MS);
      const dead = await app.consumers.deadLetters('billing');
      expect(dead.length).toBeGreaterThan(5);
      expect(dead.length).toBeLessThan(50);
      target.isDown = false;
      await time.passUntil(() => target.handled.length === 200 - dead.length, MINUTE_MS);
      expect(await app.consumers.redeliver('billing')).toBe(dead.length);
      await time.passUntil(() => target.handled.length === 200, MINUTE_MS);
      expect(new Set(target.handled).size).toBe(200);
    });
  });
}
