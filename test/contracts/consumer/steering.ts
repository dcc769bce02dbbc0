import { describe, expect, it } from '@jest/globals';
import { handlerOf, Runs } from '../../consumers/handlers.js';
import { turns } from '../../support/turns.js';
import type { OpenShop } from './consumer-kit.js';

/** Pausing, resuming, removing, and seeing how a consumer does. */
export function steering(open: OpenShop): void {
  describe('steering', () => {
    it('a paused consumer takes nothing, over restarts, and others do', async () => {
      const shop = await open();
      const [billing, shipping] = [new Runs(), new Runs()];
      const handlers = [
        handlerOf('orders/**', { durable: 'billing' }, billing.handle),
        handlerOf('orders/**', { durable: 'shipping' }, shipping.handle),
      ];
      const first = await shop.start(...handlers);
      await first.consumers.pause('billing');
      await first.publish('a');
      await shipping.endNext();
      await first.close();
      const second = await shop.start(...handlers);
      await second.publish('b');
      await shipping.endNext();
      expect(billing.size).toBe(0);
      expect(await second.consumers.list()).toMatchObject([
        { name: 'billing', state: 'paused', inFlight: 0 },
        { name: 'shipping', state: 'running' },
      ]);
      await second.consumers.resume('billing');
      expect(await billing.endNext(2)).toEqual(['a', 'b']);
      expect(await second.consumers.list()).toMatchObject([{ state: 'running' }, {}]);
    });

    it('what is under way when it is paused ends, and is not repeated', async () => {
      const shop = await open();
      const app = await shop.startBilling({ concurrency: 1 });
      await app.publish('a', 'b');
      const run = await app.runs.next();
      await app.consumers.pause('billing');
      run.end();
      await app.consumers.pause('billing');
      await turns();
      expect(await app.consumers.list()).toMatchObject([{ inFlight: 0, cursor: run.event.id }]);
      await app.consumers.resume('billing');
      expect(await app.runs.endNext()).toEqual(['b']);
    });

    it('its place is where all has ended', async () => {
      const shop = await open();
      const app = await shop.startBilling({ concurrency: 3 });
      const events = await app.publish('a', 'b', 'c', 'd');
      const [a, b, c] = await app.runs.take(3);
      const [before] = await app.consumers.list();
      expect(before!.inFlight).toBe(3);
      b!.end();
      const d = await app.runs.next();
      expect((await app.consumers.list())[0]!.cursor).toBe(before!.cursor);
      a!.end();
      c!.end();
      d.end();
      await app.consumers.resume('billing');
      await turns();
      expect(await app.consumers.list()).toEqual([
        { name: 'billing', state: 'running', cursor: events[3]!.id, inFlight: 0 },
      ]);
    });

    it('a renamed one is reported, holds nothing, and can be removed', async () => {
      const shop = await open();
      const first = await shop.startBilling();
      await first.publish('a');
      await first.close();
      const second = await shop.startBilling({ durable: 'invoicing' });
      expect(await second.log.next('"billing"')).toBe(
        'The durable consumer "billing" has a place in the log, but no handler has that name. If it was renamed, give it the old name; if it is gone for good, call Consumers.remove("billing").',
      );
      expect(await second.consumers.list()).toMatchObject([
        { name: 'invoicing', state: 'running' },
        { name: 'billing', state: 'missing', inFlight: 0 },
      ]);
      await expect(second.consumers.pause('billing')).rejects.toMatchObject({ status: 404 });
      await second.consumers.remove('billing');
      expect(await second.consumers.list()).toMatchObject([{ name: 'invoicing' }]);
      await expect(second.consumers.remove('billing')).rejects.toThrow(
        'There is no durable consumer "billing".',
      );
      await second.close();
      const third = await shop.startBilling();
      await third.publish('b');
      expect(await third.runs.endNext()).toEqual(['b']);
    });

    it('one that was away and is back goes on where it was, and the operator is told', async () => {
      const shop = await open();
      const first = await shop.startBilling();
      await first.consumers.pause('billing');
      await first.publish('a');
      await first.close();
      await (await shop.start()).close();
      const third = await shop.startBilling();
      expect(await third.log.next('is back')).toMatch(
        /^The durable consumer "billing" is back\. Events published since \d{4}-.* were not kept for it\.$/,
      );
      await third.consumers.resume('billing');
      expect(await third.runs.endNext()).toEqual(['a']);
      await third.close();
      const fourth = await shop.startBilling();
      fourth.log.warn('sentinel');
      expect(await fourth.log.next('sentinel')).toBe('sentinel');
      expect((await fourth.consumers.list()).map(({ state }) => state)).toEqual(['running']);
    });

    it('one that runs can be removed, and is not heard of again until the next start', async () => {
      const shop = await open();
      const [billing, shipping] = [new Runs(), new Runs()];
      const app = await shop.start(
        handlerOf('orders/**', { durable: 'billing' }, billing.handle),
        handlerOf('orders/**', { durable: 'shipping' }, shipping.handle),
      );
      await app.publish('a');
      const run = await billing.next();
      const removed = app.consumers.remove('billing');
      run.end();
      await removed;
      await app.publish('b');
      expect(await shipping.endNext(2)).toEqual(['a', 'b']);
      expect(await app.consumers.list()).toMatchObject([{ name: 'shipping' }]);
      expect(billing.size).toBe(0);
    });

    it('what happens to it is told on its topic', async () => {
      const shop = await open();
      const app = await shop.startBilling({ durable: 'the till/1' });
      const news = app.news('the till%2F1');
      await app.consumers.pause('the till/1');
      await app.consumers.pause('the till/1');
      await app.consumers.resume('the till/1');
      expect((await news.take(2)).map(({ type, data }) => [type, data])).toEqual([
        ['consumer.paused', { consumer: 'the till/1' }],
        ['consumer.resumed', { consumer: 'the till/1' }],
      ]);
    });
  });
}
