import { Injectable, type OnModuleInit } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { RealtimeBus, type TopicEvent } from 'nestjs-realtime';
import { handlerOf, Runs } from '../../consumers/handlers.js';
import { Inbox } from '../../support/inbox.js';
import type { OpenShop } from './consumer-kit.js';

/** Where a consumer begins, and where it goes on. */
export function place(open: OpenShop): void {
  describe('place', () => {
    it('a new consumer begins now, at the first event after the application has come up', async () => {
      const shop = await open();
      const without = await shop.start();
      await without.publish('before it was there');
      await without.close();
      const app = await shop.startBilling();
      await app.publish('first');
      expect(await app.runs.endNext()).toEqual(['first']);
    });

    it('a known one goes on where it stopped, and misses nothing between', async () => {
      const shop = await open();
      const first = await shop.startBilling();
      await first.publish(1);
      await first.runs.endNext();
      await first.close();
      const second = await shop.startBilling();
      await second.consumers.pause('billing');
      await second.publish(2);
      await second.close();
      const third = await shop.startBilling();
      await third.publish(3);
      await third.consumers.resume('billing');
      expect(await third.runs.endNext(2)).toEqual([2, 3]);
      expect(third.runs.size + second.runs.size + first.runs.size).toBe(0);
    });

    it('what was under way is attempted again after a shutdown, as if it had not been', async () => {
      const shop = await open();
      const first = await shop.startBilling({ concurrency: 3 });
      const events = await first.publish(1, 2, 3, 4, 5);
      const [one, two, three] = await first.runs.take(3);
      two!.end();
      const four = await first.runs.next();
      await first.close();
      expect([one, three, four].map((run) => run!.attempt.signal.aborted)).toEqual([true, true, true]);

      const second = await shop.startBilling({ concurrency: 3 });
      const again = [...(await second.runs.take(3))];
      expect(again.map(({ event, attempt }) => [event, attempt.number])).toEqual(
        [events[0], events[2], events[3]].map((event) => [event, 1]),
      );
      for (const run of again) run.end();
      expect(await second.runs.endNext()).toEqual([5]);
    });

    it('a crash repeats no more than what was under way, with the same ids', async () => {
      const shop = await open();
      const first = await shop.startBilling({ concurrency: 4 });
      const events = await first.publish(...Array.from({ length: 40 }, (_, index) => index));
      // One never ends while all others do: it holds up nobody, and does not have them repeated.
      const [hanging] = await first.runs.take(1);
      await first.runs.endNext(36);
      const rest = await first.runs.take(3);
      await first.kill();
      const second = await shop.startBilling({ concurrency: 4 });
      const repeated = await second.runs.take(4);
      expect(repeated.map(({ event }) => event.id).toSorted()).toEqual(
        [hanging!, ...rest].map(({ event }) => event.id).toSorted(),
      );
      expect(repeated.map(({ event }) => event.id)).toContain(events[0]!.id);
      for (const run of repeated) run.end();
      await second.publish('next');
      expect(await second.runs.endNext()).toEqual(['next']);
    });

    it('an event that never ends holds up nothing, over any number of crashes', async () => {
      const shop = await open();
      const heard = new Inbox<unknown>();
      const never = new Promise(() => {});
      const handler = handlerOf('orders/**', { durable: 'billing', concurrency: 2 }, ({ data }) => {
        heard.push(data);
        return data === 'stuck' ? never : undefined;
      });
      for (const round of [1, 2, 3]) {
        const app = await shop.start(handler);
        if (round === 1) await app.publish('stuck');
        await app.publish(`a${round}`, `b${round}`);
        expect(await heard.take(3)).toEqual(['stuck', `a${round}`, `b${round}`]);
        // Resolves when all before it is written down.
        await app.consumers.resume('billing');
        await app.kill();
      }
      expect(heard.size).toBe(0);
    });

    it('each consumer has its own', async () => {
      const shop = await open();
      const [billing, shipping] = [new Runs(), new Runs()];
      const app = await shop.start(
        handlerOf('orders/**', { durable: 'billing', concurrency: 1 }, billing.handle),
        handlerOf(['orders/*', 'returns/:id'], { durable: 'shipping' }, shipping.handle),
      );
      await app.publish(1, 2);
      await app.bus.publish('returns/7', 'back');
      await app.bus.publish('orders/42/notes', 'note');
      expect(await shipping.endNext(3)).toEqual([1, 2, 'back']);
      expect(await billing.endNext(3)).toEqual([1, 2, 'note']);
    });

    it('misses nothing that is published while the application comes up', async () => {
      const shop = await open();
      @Injectable()
      class Early implements OnModuleInit {
        readonly published: Promise<TopicEvent>;

        constructor(private readonly bus: RealtimeBus) {
          this.published = bus.publish('orders/1', 'in the constructor');
        }

        async onModuleInit() {
          await this.published;
          await this.bus.publish('orders/1', 'at init');
        }
      }
      await (await shop.startBilling()).close();
      const runs = new Runs();
      await shop.start(Early, handlerOf('orders/**', { durable: 'billing' }, runs.handle));
      expect(await runs.endNext(2)).toEqual(['in the constructor', 'at init']);
    });
  });
}
