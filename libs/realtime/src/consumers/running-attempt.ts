import type { Deadline, TimerWheel } from '../timing/timer-wheel.js';
import type { Attempt } from './consumer-options.js';

/** What a handler threw: it may be anything, also nothing. */
export interface Failure {
  readonly thrown: unknown;
}

/** An attempt that can be cut off: it then ends at once, whatever its handler does. */
export class RunningAttempt implements Attempt, Deadline {
  private controller: AbortController | undefined;
  private reason: unknown;
  private cutOff: ((reason: unknown) => void) | undefined;

  constructor(
    readonly number: number,
    private readonly timeoutMs: number,
    private readonly timers: TimerWheel,
  ) {}

  /** Made when it is asked for: most handlers do not. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.reason !== undefined) this.controller.abort(this.reason);
    return this.controller.signal;
  }

  /** @returns what went wrong, if something did. Never rejects */
  async run(handle: () => Promise<void>): Promise<Failure | undefined> {
    this.timers.set(this, this.timeoutMs);
    try {
      await new Promise<void>((resolve, reject) => {
        this.cutOff = reject;
        handle().then(resolve, reject);
      });
      return undefined;
    } catch (thrown) {
      return { thrown };
    } finally {
      this.timers.clear(this);
    }
  }

  abort(reason: Error): void {
    this.reason ??= reason;
    this.controller?.abort(this.reason);
    this.cutOff?.(this.reason);
  }

  due(): void {
    this.abort(new Error(`The handler had not ended after ${this.timeoutMs} ms.`));
  }
}
