import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RateLimit } from './rate-limit.js';

const perSecond = fc.oneof(fc.integer({ min: 1, max: 500 }), fc.double({ min: 1, max: 50, noNaN: true }));

it('no second carries more than one and a half times the rate, however it is asked', () => {
  fc.assert(
    fc.property(perSecond, fc.array(fc.nat(2_000), { minLength: 1, maxLength: 30 }), (rate, pauses) => {
      let now = 0;
      const limit = new RateLimit(rate, () => now);
      const taken: number[] = [];
      for (const pause of pauses) {
        now += pause;
        for (let asked = 0; asked < 100; asked++) {
          now += limit.waitMs;
          limit.take();
          taken.push(now);
        }
      }
      for (let first = 0, last = 0; last < taken.length; last++) {
        while (taken[first]! <= taken[last]! - 1_000) first++;
        expect(last - first + 1).toBeLessThanOrEqual(Math.max(1, rate / 2) + rate);
      }
    }),
  );
});

it('and each second after the first carries it', () => {
  let now = 0;
  const limit = new RateLimit(10, () => now);
  let taken = 0;
  while (now < 10_000) {
    now += Math.max(1, limit.waitMs);
    if (limit.waitMs > 0) continue;
    limit.take();
    taken++;
  }
  expect(taken).toBeGreaterThanOrEqual(95);
});

it('less than one per second', () => {
  let now = 0;
  const limit = new RateLimit(0.1, () => now);
  expect(limit.waitMs).toBe(0);
  limit.take();
  expect(limit.waitMs).toBe(10_000);
  now += 9_999;
  expect(limit.waitMs).toBe(1);
});

it('Infinity is no limit', () => {
  const limit = new RateLimit(Infinity, () => 0);
  for (let count = 0; count < 1_000; count++) limit.take();
  expect(limit.waitMs).toBe(0);
});
