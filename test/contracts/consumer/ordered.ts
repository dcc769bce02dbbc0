import { describe, expect, it } from '@jest/globals';
import { handlerOf, Runs } from '../../consumers/handlers.js';
import type { OpenShop } from './consumer-kit.js';

const ONE_BY_ONE = Object.freeze({ ordered: true, retries: [1, 1] });

/** How many events are under way at once, and in which order they come. */
export function ordered(open: OpenShop): void {
  describe('order', () => {
    it('as many at once as it may, in the order of the log', async () => {
      const shop = await open();
      const app = await shop.startBilling({ concurrency: 3 });
      await app.publish(...Array.from({ length: 20 }, (_, index) => index));
      const started: unknown[] = [];
      for (let count = 0; count < 20; count++) {
        const run = await app.runs.next();
        started.push(run.event.data);
        const [billing] = await app.consumers.list();
        expect(billing!.inFlight).toBeLessThanOrEqual(3);
        // The third and after each have two before them that have not ended.
        if (count >= 2) run.end();
      }
      expect(started).toEqual(Array.from({ length: 20 }, (_, index) => index));
    });

    it('ordered: what fails holds back all after it, until it succeeds', async () => {
      const shop = await open();
      const app = await shop.startBilling(ONE_BY_ONE);
      await app.publish('a', 'b', 'c');
      const attempts: unknown[] = [];
      for (const outcome of ['fail', 'fail', 'end', 'fail', 'end', 'end'] as const) {
        const run = await app.runs.next();
        attempts.push([run.event.data, run.attempt.number]);
        expect(app.runs.size).toBe(0);
        run[outcome]();
      }
      expect(attempts).toEqual([
        ['a', 1],
        ['a', 2],
        ['a', 3],
        ['b', 1],
        ['b', 2],
        ['c', 1],
      ]);
    });

    it('ordered: or is a dead letter; then they go on', async () => {
      const shop = await open();
      const app = await shop.startBilling(ONE_BY_ONE);
      await app.publish('a', 'b');
      expect(await app.runs.failNext(3)).toEqual([1, 2, 3]);
      expect(await app.runs.endNext()).toEqual(['b']);
      expect(await app.consumers.deadLetters('billing')).toMatchObject([{ event: { data: 'a' } }]);
    });

    it('ordered: also over a restart', async () => {
      const shop = await open();
      const first = await shop.startBilling({ ordered: true, retries: [3_600_000] });
      const sentinel = new Runs();
      const news = first.news();
      await first.publish('a', 'b');
      await first.runs.failNext();
      await news.until(({ type }) => type === 'consumer.failed');
      await first.kill();
      const runs = new Runs();
      const second = await shop.start(
        handlerOf('orders/**', { durable: 'billing', ordered: true }, runs.handle),
        handlerOf('orders/**', { durable: 'sentinel' }, sentinel.handle),
      );
      await second.publish('c');
      await sentinel.endNext();
      expect(runs.size).toBe(0);
      expect(await second.consumers.list()).toMatchObject([{ inFlight: 0 }, {}]);
    });

    it('ordered: the one that was under way comes again first', async () => {
      const shop = await open();
      const first = await shop.startBilling(ONE_BY_ONE);
      await first.publish('a', 'b', 'c');
      await first.runs.endNext();
      await first.runs.next();
      await first.kill();
      const second = await shop.startBilling(ONE_BY_ONE);
      expect(await second.runs.endNext(2)).toEqual(['b', 'c']);
    });
  });
}
