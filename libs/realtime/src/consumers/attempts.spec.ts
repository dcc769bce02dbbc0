import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Position } from 'nestjs-realtime-protocol';
import { LogEvent } from '../bus/log-event.js';
import { TimerWheel } from '../timing/timer-wheel.js';
import { Attempts } from './attempts.js';
import { CONSUMER_DEFAULTS, type ConsumerDefinition } from './consumer-options.js';

/** Promises that resolve, or reject, when the test says so, the oldest first. */
class Turnstile {
  private readonly waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  enter = (): Promise<void> =>
    new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
    });

  pass(): void {
    this.waiting.shift()!.resolve();
  }

  fail(): void {
    this.waiting.shift()!.reject(new Error('out of order'));
  }
}

const free = jest.fn();
let handlers: Turnstile;
let records: Turnstile;

function attemptsOf(options: Partial<ConsumerDefinition>): Attempts {
  const definition = { ...CONSUMER_DEFAULTS, name: 'billing', patterns: [], handle: handlers.enter };
  return new Attempts({ ...definition, timeoutMs: Infinity, ...options }, new TimerWheel(), jest.fn(), free);
}

function begin(attempts: Attempts): void {
  const event = new LogEvent(new Position('test', 1, 0), 'orders/1', 'message', '1', undefined);
  void attempts.run({ event }, records.enter);
}

const turn = () => new Promise((resolve) => void setImmediate(resolve));
const hasRoom = ({ waitMs }: Attempts) => waitMs === 0;

beforeEach(() => {
  free.mockClear();
  handlers = new Turnstile();
  records = new Turnstile();
});

describe('attempts', () => {
  it('are under way until they are written down', async () => {
    const attempts = attemptsOf({ concurrency: 2 });
    begin(attempts);
    begin(attempts);
    handlers.pass();
    await turn();
    expect([attempts.count, hasRoom(attempts)]).toEqual([2, false]);
    records.pass();
    await turn();
    expect([attempts.count, hasRoom(attempts)]).toEqual([1, true]);
  });

  it('leave room when they have succeeded, up to the window', async () => {
    const attempts = attemptsOf({ concurrency: 2, window: 8 });
    for (let number = 1; number <= 8; number++) {
      begin(attempts);
      expect([number, hasRoom(attempts)]).toEqual([number, number === 1]);
      if (number === 1) continue;
      free.mockClear();
      handlers.pass();
      await turn();
      expect(free).toHaveBeenCalled();
      expect([attempts.isCrowded, hasRoom(attempts)]).toEqual([number > 4, number < 8]);
    }
    handlers.pass();
    await turn();
    expect(hasRoom(attempts)).toBe(false);
    records.pass();
    await turn();
    expect([attempts.count, hasRoom(attempts)]).toEqual([7, true]);
  });

  it('keep their place when they have failed, until that is written down', async () => {
    const attempts = attemptsOf({ concurrency: 1, window: 4 });
    begin(attempts);
    handlers.fail();
    await turn();
    expect(hasRoom(attempts)).toBe(false);
    records.pass();
    await turn();
    expect(hasRoom(attempts)).toBe(true);
  });

  it('are one at a time, written down before the next, when they are ordered', async () => {
    const attempts = attemptsOf({ ordered: true, concurrency: 8, window: 64 });
    begin(attempts);
    expect(attempts.isCrowded).toBe(true);
    handlers.pass();
    await turn();
    expect(hasRoom(attempts)).toBe(false);
    records.pass();
    await turn();
    expect(hasRoom(attempts)).toBe(true);
  });
});
