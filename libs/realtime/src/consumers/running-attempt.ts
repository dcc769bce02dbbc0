import type { Deadline, TimerWheel } from '../timing/timer-wheel.js';
import type { CuttableAttempt } from './consumer-options.js';

/** What a handler threw: it may be anything, also nothing. */
export interface Failure {
  readonly thrown: unknown;
}

/** An attempt that can be cut off: it then ends at once, whatever its handler does. */
export class RunningAttempt implements CuttableAttempt, Deadline {
  private controller: AbortController | undefined;
  private listener: ((reason: Error) => void) | undefined;
  private reason: Error | undefined;
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

  onAbort(listener: (reason: Error) => void): void {
    this.listener = listener;
    if (this.reason !== undefined) listener(this.reason);
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
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.listener?.(reason);
    this.controller?.abort(this.reason);
    this.cutOff?.(this.reason);
  }

  due(): void {
    this.abort(new Error(`The handler had not ended after ${this.timeoutMs} ms.`));
  }
}
