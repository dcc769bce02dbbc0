import { describe, expect, it } from '@jest/globals';
import { handlerOf, Runs } from '../../consumers/handlers.js';
import { until } from '../../support/until.js';
import type { OpenShop } from './consumer-kit.js';

/** Attempting again what has ended. */
export function replay(open: OpenShop): void {
  describe('replay', () => {
    it('from a time: everything since, and nothing before', async () => {
      const shop = await open();
      const app = await shop.startBilling({ concurrency: 1 });
      const [before] = await app.publish('before');
      await until(() => Date.now() > Date.parse(before!.time));
      const [since] = await app.publish('a', 'b');
      expect(await app.runs.endNext(3)).toEqual(['before', 'a', 'b']);
      await app.consumers.replay('billing', new Date(since!.time));
      await app.publish('next');
      expect(await app.runs.endNext(3)).toEqual(['a', 'b', 'next']);
    });

    it('what is under way, or to be tried again, is not lost', async () => {
      const shop = await open();
      const app = await shop.startBilling({ concurrency: 2, retries: [1] });
      const news = app.news();
      const [first] = await app.publish('fails');
      const failing = await app.runs.next();
      await app.consumers.pause('billing');
      failing.fail();
      await news.until(({ type }) => type === 'consumer.failed');
      await app.consumers.resume('billing');
      const retried = await app.runs.next();
      const [, second] = [first, ...(await app.publish('under way'))];
      const running = await app.runs.next();
      expect([retried, running].map(({ event }) => event)).toEqual([first, second]);
      await app.consumers.replay('billing', new Date(0));
      retried.end();
      running.end();
      // Both again, for both are since then.
      expect((await app.runs.endNext(2)).toSorted()).toEqual(['fails', 'under way']);
      await app.publish('next');
      expect(await app.runs.endNext()).toEqual(['next']);
    });

    it('its place is one like any other, after a crash too', async () => {
      const shop = await open();
      const first = await shop.startBilling({ concurrency: 1 });
      const [event] = await first.publish('a', 'b');
      await first.runs.endNext(2);
      await first.consumers.replay('billing', new Date(event!.time));
      await first.runs.next();
      await first.kill();
      const second = await shop.startBilling({ concurrency: 1 });
      expect(await second.runs.endNext(2)).toEqual(['a', 'b']);
    });

    it('from a time that was not reached yet, it skips nothing', async () => {
      const shop = await open();
      const app = await shop.startBilling({ concurrency: 1 });
      await app.publish('a', 'b', 'c');
      const run = await app.runs.next();
      await app.consumers.replay('billing', new Date(Date.now() + 3_600_000));
      run.end();
      expect(await app.runs.endNext(2)).toEqual(['b', 'c']);
    });

    it('what is under way from before that time goes on, and is attempted once', async () => {
      const shop = await open();
      const app = await shop.startBilling({ concurrency: 2 });
      await app.publish('old');
      const old = await app.runs.next();
      await until(() => Date.now() > Date.parse(old.event.time));
      const [since] = await app.publish('a');
      await app.runs.endNext();
      await app.consumers.replay('billing', new Date(since!.time));
      expect(await app.runs.endNext()).toEqual(['a']);
      await app.consumers.resume('billing');
      expect(app.runs.size).toBe(0);
      await app.kill();
      const second = await shop.startBilling();
      await second.publish('next');
      expect(await second.runs.endNext(2)).toEqual(['old', 'next']);
    });

    it('a time that is none is refused', async () => {
      const shop = await open();
      const app = await shop.startBilling();
      await expect(app.consumers.replay('billing', new Date('soon'))).rejects.toMatchObject({
        code: 'cursor-malformed',
      });
      await expect(app.consumers.replay('nobody', new Date())).rejects.toThrow(
        'There is no durable consumer "nobody".',
      );
    });

    it('one consumer is replayed, and others are not', async () => {
      const shop = await open();
      const [billing, shipping] = [new Runs(), new Runs()];
      const app = await shop.start(
        handlerOf('orders/**', { durable: 'billing' }, billing.handle),
        handlerOf('orders/**', { durable: 'shipping' }, shipping.handle),
      );
      const [event] = await app.publish('a');
      await billing.endNext();
      await shipping.endNext();
      await app.consumers.replay('billing', new Date(event!.time));
      await app.publish('b');
      expect(await billing.endNext(2)).toEqual(['a', 'b']);
      expect(await shipping.endNext()).toEqual(['b']);
    });
  });
}
