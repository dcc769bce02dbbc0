import { jest } from '@jest/globals';
import type { TroubledEngine } from './troubled-engine.js';

/** Takes over dates, clocks and timeouts until it is disposed of; not what moves bytes, nor intervals. */
export class FakeTime implements Disposable {
  /** @param engine what is to come to rest before more time passes */
  constructor(private readonly engine: TroubledEngine) {
    jest.useFakeTimers({
      doNotFake: [
        'hrtime',
        'nextTick',
        'queueMicrotask',
        'setImmediate',
        'clearImmediate',
        'setInterval',
        'clearInterval',
      ],
    });
  }

  /** Lets time pass, step by step, and what is due in each step happen. */
  async pass(ms: number, stepMs = ms): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      await jest.advanceTimersByTimeAsync(stepMs);
      await this.engine.settled();
    }
  }

  /** Lets time pass until something holds. */
  async passUntil(holds: () => boolean, stepMs: number): Promise<void> {
    while (!holds()) await this.pass(stepMs);
  }

  [Symbol.dispose](): void {
    jest.useRealTimers();
  }
}
