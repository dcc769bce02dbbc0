import { describe, expect, it } from '@jest/globals';
import { GiveUpError, type TopicEvent } from 'nestjs-realtime';
import { type Handle, handlerOf, Runs } from '../../consumers/handlers.js';
import { Inbox } from '../../support/inbox.js';
import type { ConsumingApp, OpenShop } from './consumer-kit.js';

const NO_RETRIES = Object.freeze({ retries: [], concurrency: 1 });

const giveUp: Handle = () => {
  throw new GiveUpError('no');
};

/** Events that were given up, and what can be done about them. */
export function deadLetters(open: OpenShop): void {
  /** An application whose consumer "billing" has given up these events. */
  async function withDead(...data: unknown[]): Promise<ConsumingApp & { runs: Runs; dead: TopicEvent[] }> {
    const shop = await open();
    const app = await shop.startBilling(NO_RETRIES);
    const dead = await app.publish(...data);
    await app.runs.failNext(data.length, new GiveUpError('no'));
    await app.publish('behind');
    await app.runs.endNext();
    return Object.assign(app, { dead });
  }

  describe('dead letters', () => {
    it('are listed in the order of the log, page by page', async () => {
      const { consumers, dead } = await withDead(...Array.from({ length: 40 }, (_, index) => index));
      const listed = await consumers.deadLetters('billing');
      expect(listed.map(({ event }) => event)).toEqual(dead);
      const page = await consumers.deadLetters('billing', { after: dead[11]!.id, limit: 25 });
      expect(page.map(({ event }) => event)).toEqual(dead.slice(12, 37));
      expect(await consumers.deadLetters('billing', { after: dead[39]!.id })).toEqual([]);
    });

    it('one can be attempted again, as if it were new', async () => {
      const { consumers, runs, dead } = await withDead('a', 'b', 'c');
      expect(await consumers.redeliver('billing', dead[1]!.id)).toBe(1);
      const run = await runs.next();
      expect([run.event, run.attempt.number]).toEqual([dead[1], 1]);
      run.end();
      const left = await consumers.deadLetters('billing');
      expect(left.map(({ event }) => event)).toEqual([dead[0], dead[2]]);
    });

    it('none of that id: none is attempted; no id: that is said', async () => {
      const { consumers, runs, dead } = await withDead('a');
      const [epoch] = dead[0]!.id.split('-');
      expect(await consumers.redeliver('billing', `${epoch}-1-1`)).toBe(0);
      await expect(consumers.redeliver('billing', 'a')).rejects.toMatchObject({ code: 'cursor-malformed' });
      await expect(consumers.deadLetters('billing', { after: 'a' })).rejects.toMatchObject({
        code: 'cursor-malformed',
      });
      expect(runs.size).toBe(0);
    });

    it('all can be, also when two people ask for it at once', async () => {
      const { consumers, runs, dead, publish } = await withDead('a', 'b', 'c');
      const counts = await Promise.all([consumers.redeliver('billing'), consumers.redeliver('billing')]);
      expect(counts).toEqual([3, 0]);
      expect(await runs.endNext(3)).toEqual(dead.map(({ data }) => data));
      await publish('next');
      expect(await runs.endNext()).toEqual(['next']);
      expect(await consumers.deadLetters('billing')).toEqual([]);
    });

    it('redelivery survives a crash', async () => {
      const shop = await open();
      const first = await shop.startBilling(NO_RETRIES);
      const [event] = await first.publish('a', 'b');
      await first.runs.failNext();
      await first.runs.endNext();
      await first.consumers.pause('billing');
      expect(await first.consumers.redeliver('billing')).toBe(1);
      await first.kill();
      const second = await shop.startBilling(NO_RETRIES);
      await second.consumers.resume('billing');
      expect((await second.runs.next()).event).toEqual(event);
    });

    it('10,000 that fail again: each is attempted once more, and few are held at once', async () => {
      const shop = await open();
      const attempts = new Inbox<unknown>();
      const handle: Handle = (event, attempt) => {
        attempts.push(event.data);
        return giveUp(event, attempt);
      };
      const app = await shop.start(handlerOf('orders/**', { durable: 'billing', concurrency: 64 }, handle));
      const events = Array.from({ length: 10_000 }, (_, index) => app.bus.publish('orders/42', index));
      await Promise.all(events);
      await attempts.take(10_000);
      await app.consumers.resume('billing');

      let most = 0;
      app.engine.after = (operation, result) => {
        if (operation === 'records.list') most = Math.max(most, (result as unknown[]).length);
      };
      expect(await app.consumers.redeliver('billing')).toBe(10_000);
      const again = await attempts.take(10_000);
      expect(new Set(again).size).toBe(10_000);
      expect(most).toBeGreaterThanOrEqual(100);
      expect(most).toBeLessThanOrEqual(1_100);
      await app.consumers.resume('billing');
      let count = 0;
      for (let after: string | undefined; ;) {
        const page = await app.consumers.deadLetters('billing', { after, limit: 1_000 });
        if (page.length === 0) break;
        count += page.length;
        after = page.at(-1)!.event.id;
      }
      expect(count).toBe(10_000);
    });
  });
}
