import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TimerWheel } from './timer-wheel.js';

class Due {
  readonly at: number[] = [];

  constructor(private readonly also?: () => void) {}

  due(): void {
    this.at.push(performance.now());
    this.also?.();
  }
}

describe('TimerWheel', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    Logger.overrideLogger(false);
  });
  afterEach(() => void jest.useRealTimers());

  it('keeps deadlines, never early and at most 200 ms late', () => {
    const wheel = new TimerWheel();
    const start = performance.now();
    const waits = [0, 1, 50, 99, 100, 101, 150, 999, 1_000, 25_000];
    const deadlines = waits.map((ms) => {
      const deadline = new Due();
      wheel.set(deadline, ms);
      return deadline;
    });
    expect(wheel.size).toBe(waits.length);
    jest.advanceTimersByTime(30_000);
    for (const [n, { at }] of deadlines.entries()) {
      expect(at).toHaveLength(1);
      expect(at[0]! - start).toBeGreaterThanOrEqual(waits[n]!);
      expect(at[0]! - start).toBeLessThanOrEqual(waits[n]! + 200);
    }
    expect(wheel.size).toBe(0);
  });

  it('moves a deadline that is set again, and forgets one that is cleared', () => {
    const wheel = new TimerWheel();
    const [moved, cleared, never] = [new Due(), new Due(), new Due()];
    wheel.set(moved, 100);
    wheel.set(cleared, 100);
    wheel.set(never, 100);
    wheel.set(moved, 1_000);
    wheel.clear(cleared);
    wheel.clear(cleared);
    wheel.set(never, Infinity);
    jest.advanceTimersByTime(900);
    expect([moved.at, cleared.at, never.at]).toEqual([[], [], []]);
    jest.advanceTimersByTime(300);
    expect([moved.at.length, cleared.at, never.at]).toEqual([1, [], []]);
  });

  it('runs no timer when nothing is due', () => {
    const wheel = new TimerWheel();
    const deadline = new Due();
    expect(jest.getTimerCount()).toBe(0);
    wheel.set(deadline, 100);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(300);
    expect(jest.getTimerCount()).toBe(0);
    wheel.set(deadline, 100);
    wheel.clear(deadline);
    expect(jest.getTimerCount()).toBe(0);
    wheel.set(deadline, 100);
    wheel.onApplicationShutdown();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('takes deadlines that are set by what is due, also at once', () => {
    const wheel = new TimerWheel();
    const second = new Due();
    const first = new Due(() => wheel.set(second, 0));
    wheel.set(first, 100);
    jest.advanceTimersByTime(500);
    expect([first.at.length, second.at.length, wheel.size]).toEqual([1, 1, 0]);
  });

  it('goes on when what is due fails', () => {
    const wheel = new TimerWheel();
    const failing = new Due(() => {
      throw new Error('out of order');
    });
    const other = new Due();
    wheel.set(failing, 100);
    wheel.set(other, 100);
    jest.advanceTimersByTime(300);
    expect([failing.at.length, other.at.length]).toEqual([1, 1]);
  });
});
