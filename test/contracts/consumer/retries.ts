import { describe, expect, it } from '@jest/globals';
import { GiveUpError, RetryAfterError } from 'nestjs-realtime';
import { handlerOf, Runs } from '../../consumers/handlers.js';
import type { OpenShop } from './consumer-kit.js';

/** Things that a handler may throw, and what is remembered of them. */
const THROWN: readonly (readonly [unknown, string | RegExp])[] = [
  [new Error('the till is stuck'), 'the till is stuck'],
  [Object.assign(new TypeError('x'), { message: '' }), /TypeError/],
  ['a string', 'a string'],
  [undefined, 'undefined'],
  [null, 'null'],
  [{ code: 7 }, '{ code: 7 }'],
  [Object.create(null), /Object: null prototype/],
  [Symbol('stuck'), 'Symbol(stuck)'],
  [Object.assign(new Error('x'), { message: { no: 'string' } }), '[object Object]'],
  [
    Object.defineProperty(new Error('x'), 'message', {
      get() {
        throw new Error('y');
      },
    }),
    'It threw what cannot be read.',
  ],
  [new Error('x'.repeat(5_000)), 'x'.repeat(1_000)],
];

/** What happens to an event whose attempt has failed. */
export function retries(open: OpenShop): void {
  describe('retries', () => {
    it('tries again as often as the schedule says, and then keeps a dead letter', async () => {
      const shop = await open();
      const app = await shop.startBilling({ retries: [1, 2, 3] });
      const news = app.news();
      const [event] = await app.publish('never');
      expect(await app.runs.failNext(4)).toEqual([1, 2, 3, 4]);
      const told = await news.until(({ type }) => type === 'consumer.dead-letter');
      expect(told.map(({ type, data }) => [type, (data as { attempts: number }).attempts])).toEqual([
        ['consumer.failed', 1],
        ['consumer.failed', 2],
        ['consumer.failed', 3],
        ['consumer.dead-letter', 4],
      ]);
      expect(told.at(-1)!.data).toEqual({
        consumer: 'billing',
        event: { id: event!.id, topic: 'orders/42', type: 'message' },
        attempts: 4,
        error: 'It failed.',
      });
      expect(await app.consumers.deadLetters('billing')).toEqual([
        { event, attempts: 4, error: 'It failed.', time: expect.any(String) },
      ]);
    });

    it('others go on meanwhile', async () => {
      const shop = await open();
      const app = await shop.startBilling({ concurrency: 1, retries: [3_600_000] });
      await app.publish('fails', 1, 2);
      await app.runs.failNext();
      expect(await app.runs.endNext(2)).toEqual([1, 2]);
    });

    it('what is to be tried again is so after a restart, with its number', async () => {
      const shop = await open();
      const first = await shop.startBilling({ retries: [1, 1] });
      const news = first.news();
      const [event] = await first.publish('fails');
      const run = await first.runs.next();
      // Not tried again here.
      await first.consumers.pause('billing');
      run.fail();
      await news.until(({ type }) => type === 'consumer.failed');
      await first.kill();
      const second = await shop.startBilling({ retries: [1, 1] });
      await second.consumers.resume('billing');
      const again = await second.runs.next();
      expect([again.event, again.attempt.number]).toEqual([event, 2]);
      again.end();
      await second.publish('next');
      expect(await second.runs.endNext()).toEqual(['next']);
      expect(second.runs.size + first.runs.size).toBe(0);
    });

    it('remembers of any failure what can be said of it', async () => {
      const shop = await open();
      const app = await shop.startBilling({ retries: [], concurrency: 1 });
      for (const [thrown] of THROWN) {
        await app.publish('fails', 'succeeds');
        await app.runs.failNext(1, thrown);
        await app.runs.endNext();
      }
      const dead = await app.consumers.deadLetters('billing');
      expect(dead.map(({ error }) => error)).toEqual(
        THROWN.map(([, text]) => (typeof text === 'string' ? text : expect.stringMatching(text))),
      );
    });

    it('takes a handler that throws, or returns nothing, as one that is asynchronous', async () => {
      const shop = await open();
      const numbers: number[] = [];
      const done = new Runs();
      const app = await shop.start(
        handlerOf('orders/**', { durable: 'billing', retries: [1] }, (event, attempt) => {
          numbers.push(attempt.number);
          if (attempt.number === 1) throw new Error('at once');
          void done.handle(event, attempt);
        }),
      );
      await app.publish('a');
      await done.next();
      expect(numbers).toEqual([1, 2]);
    });

    it('a GiveUpError makes a dead letter at once, and says nothing of the others', async () => {
      const shop = await open();
      const app = await shop.startBilling({ concurrency: 1 });
      const events = await app.publish(...Array.from({ length: 50 }, (_, index) => index), 'fine');
      await app.runs.failNext(50, new GiveUpError('No such customer.'));
      expect(await app.runs.endNext()).toEqual(['fine']);
      const dead = await app.consumers.deadLetters('billing');
      expect(dead.map(({ event }) => event)).toEqual(events.slice(0, 50));
      expect(dead[0]).toMatchObject({ attempts: 1, error: 'No such customer.' });
    });

    it('a RetryAfterError has the target left alone, by all events', async () => {
      const shop = await open();
      const sentinel = new Runs();
      const runs = new Runs();
      const app = await shop.start(
        handlerOf('orders/**', { durable: 'billing', retries: [1] }, runs.handle),
        handlerOf('orders/**', { durable: 'sentinel' }, sentinel.handle),
      );
      const news = app.news();
      const [event] = await app.publish('first');
      await runs.failNext(1, new RetryAfterError('Too many requests.', 3_600_000));
      const [open_, failed] = await news.take(2);
      expect([open_!.type, failed!.type]).toEqual(['consumer.breaker-open', 'consumer.failed']);
      const { until } = open_!.data as { until: string };
      const { next } = failed!.data as { next: string };
      for (const time of [until, next]) {
        expect(Date.parse(time) - Date.parse(event!.time)).toBeGreaterThanOrEqual(3_599_999);
      }
      await app.publish('second');
      expect(await sentinel.endNext(2)).toEqual(['first', 'second']);
      expect(await app.consumers.list()).toMatchObject([{ state: 'open' }, { state: 'running' }]);
      expect(runs.size).toBe(0);
    });

    it('an attempt that takes too long has failed, and its end counts for nothing', async () => {
      const shop = await open();
      const app = await shop.startBilling({ timeoutMs: 1, retries: [1], concurrency: 1 });
      const [event] = await app.publish('slow', 'next');
      const slow = await app.runs.next();
      await new Promise((aborted) => slow.attempt.signal.addEventListener('abort', aborted));
      expect(slow.attempt.signal.reason).toMatchObject({
        message: 'The handler had not ended after 1 ms.',
      });
      slow.end();
      const others = await app.runs.take(1);
      others[0]!.end();
      const again = await app.runs.next();
      again.end();
      const retried = [...others, again].find(({ event: { id } }) => id === event!.id)!;
      expect(retried.attempt.number).toBe(2);
    });
  });
}
