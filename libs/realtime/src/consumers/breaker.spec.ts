import { beforeEach, describe, expect, it } from '@jest/globals';
import { Breaker } from './breaker.js';

let now: number;
let breaker: Breaker;

beforeEach(() => {
  now = 1_000;
  breaker = new Breaker(() => now);
});

function fail(times: number): boolean[] {
  return Array.from({ length: times }, () => {
    breaker.begin();
    return breaker.fail();
  });
}

describe('a breaker', () => {
  it('opens after five failures in a row', () => {
    expect(fail(4)).toEqual([false, false, false, false]);
    expect([breaker.state, breaker.waitMs]).toEqual(['closed', 0]);
    breaker.succeed();
    expect(fail(5)).toEqual([false, false, false, false, true]);
    expect([breaker.state, breaker.waitMs]).toEqual(['open', 5_000]);
  });

  it('lets one probe, and closes when that succeeds', () => {
    fail(5);
    now += 5_000;
    expect([breaker.state, breaker.waitMs]).toEqual(['half-open', 0]);
    breaker.begin();
    expect(breaker.waitMs).toBe(Infinity);
    expect(breaker.succeed()).toBe(true);
    expect([breaker.state, breaker.waitMs, breaker.succeed()]).toEqual(['closed', 0, false]);
  });

  it('waits twice as long after each probe that fails, up to 5 minutes, and begins anew after a success', () => {
    fail(5);
    const waits: number[] = [];
    for (let probe = 0; probe < 8; probe++) {
      waits.push(breaker.waitMs);
      now += breaker.waitMs;
      expect(fail(1)).toEqual([false]);
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300].map((seconds) => seconds * 1_000));
    breaker.succeed();
    fail(5);
    expect(breaker.waitMs).toBe(5_000);
  });

  it('does not count what was under way when it opened', () => {
    fail(5);
    for (let late = 0; late < 3; late++) expect(breaker.fail()).toBe(false);
    expect(breaker.waitMs).toBe(5_000);
    expect(breaker.succeed()).toBe(true);
  });

  it('opens at once, and for as long, when the target asks to be left alone', () => {
    breaker.begin();
    expect(breaker.fail(60_000)).toBe(true);
    expect(breaker.waitMs).toBe(60_000);
    // A shorter wish does not shorten it, a longer one prolongs it.
    expect([breaker.fail(1_000), breaker.waitMs]).toEqual([false, 60_000]);
    expect([breaker.fail(90_000), breaker.waitMs]).toEqual([false, 90_000]);
    now += 90_000;
    breaker.begin();
    expect([breaker.fail(), breaker.waitMs]).toEqual([false, 5_000]);
  });

  it('probes at once when somebody says so, and is as it was if that fails', () => {
    breaker.probeNow();
    expect([breaker.state, breaker.waitMs]).toEqual(['closed', 0]);
    fail(5);
    breaker.probeNow();
    expect([breaker.state, breaker.waitMs]).toEqual(['half-open', 0]);
    expect(fail(1)).toEqual([false]);
    expect([breaker.state, breaker.waitMs]).toEqual(['open', 10_000]);
  });

  it('has no hope after 32 failures in a row, until a success', () => {
    fail(31);
    expect(breaker.isHopeless).toBe(false);
    fail(1);
    expect(breaker.isHopeless).toBe(true);
    breaker.succeed();
    expect(breaker.isHopeless).toBe(false);
  });
});
