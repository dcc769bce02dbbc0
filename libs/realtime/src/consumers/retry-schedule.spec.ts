import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextRetryMs, quietMs, RETRY_SCHEDULE } from './retry-schedule.js';

const DAY_MS = 24 * 3_600_000;

describe('the retry schedule', () => {
  it('is that of Standard Webhooks, about three days in all', () => {
    const waits = RETRY_SCHEDULE.map((_, index) => nextRetryMs(RETRY_SCHEDULE, index + 1, 0, () => 0));
    expect(waits.map((ms) => ms! / 1_000)).toEqual([
      5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ]);
    expect(nextRetryMs(RETRY_SCHEDULE, RETRY_SCHEDULE.length + 1)).toBeUndefined();
  });

  it('is jittered upwards only, by a tenth at most', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        const wait = nextRetryMs([1_000], 1, 0, () => random)!;
        expect(wait).toBeGreaterThanOrEqual(1_000);
        expect(wait).toBeLessThanOrEqual(1_100);
      }),
    );
  });

  it('never comes before the target asked to be tried again', () => {
    expect(nextRetryMs([1_000], 1, 60_000)).toBe(60_000);
    expect(nextRetryMs([], 1, 60_000)).toBeUndefined();
  });
});

it.each([
  [0, 0],
  [-5, 0],
  [Number.NaN, 0],
  [5, 5],
  [DAY_MS + 1, DAY_MS],
  [Infinity, DAY_MS],
])('a target that asks for %p ms is left alone for %p', (asked, given) => {
  expect(quietMs(asked)).toBe(given);
});
