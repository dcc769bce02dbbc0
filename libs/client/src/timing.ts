/** Resolves after `ms`, or rejects with the signal's reason. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Full jitter: anything up to `ms`, so that clients that were cut off together do not come back together. */
export function jittered(ms: number): number {
  return Math.random() * ms;
}

/** A machine that slept wakes up with its timers where they were: the clock is looked at this often. */
const LOOK_MS = 5_000;

/** Calls `late` unless it is fed in time. It costs one timer, however often it is fed. */
export class Watchdog {
  private fedAt = Date.now();
  private timer: ReturnType<typeof setTimeout>;

  constructor(
    private ms: number,
    private readonly late: () => void,
  ) {
    this.timer = this.wait(ms);
  }

  /** @param ms until it wants to be fed again, if that is another time than before */
  feed(ms = this.ms): void {
    this.fedAt = Date.now();
    if (ms === this.ms) return;
    this.ms = ms;
    this.stop();
    this.timer = this.wait(ms);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private look(): void {
    const left = this.fedAt + this.ms - Date.now();
    if (left <= 0) return this.late();
    this.timer = this.wait(left);
  }

  private wait(ms: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.look(), Math.min(ms, LOOK_MS));
  }
}

/** When a client does what. All in milliseconds. */
export interface Timing {
  /** The first pause, when no transport works, is up to this; it doubles each time. Default: 500. */
  readonly backoffMs: number;
  /** The pause is up to this at most: after a long outage a client is back within as much. Default: 10,000. */
  readonly maxBackoffMs: number;
  /** After about so long a better transport is tried again; it doubles each time that fails. Default: 30,000. */
  readonly climbMs: number;
  /** A transport that twice ends sooner than this, or twice falls silent, is left. Default: 60,000. */
  readonly steadyMs: number;
  /** Who comes back to a page connects anew if nothing was heard for so long. Default: 30,000. */
  readonly staleMs: number;
  /**
   * How long an answer may take, beyond what a long poll waits; then the transport has failed. Default: 15,000. Where
   * many WebSockets have failed, Chromium holds the next one back for up to 5 s.
   */
  readonly answerMs: number;
  /** A stream or a socket that said nothing for so long is dead: servers say something sooner. Default: 40,000. */
  readonly silenceMs: number;
}

export const TIMING: Timing = Object.freeze({
  backoffMs: 500,
  maxBackoffMs: 10_000,
  climbMs: 30_000,
  steadyMs: 60_000,
  staleMs: 30_000,
  answerMs: 15_000,
  silenceMs: 40_000,
});
