import type { TimerWheel } from '../timing/timer-wheel.js';
import { Breaker } from './breaker.js';
import type { ConsumerNews } from './consumer-news.js';
import type { ConsumerDefinition } from './consumer-options.js';
import { monotonic } from './monotonic.js';
import { RateLimit } from './rate-limit.js';
import { type Failure, RunningAttempt } from './running-attempt.js';
import type { Work, WorkOrder } from './work-source.js';

/** How an attempt went. */
export interface Outcome {
  /** 1 for the first at its event. */
  readonly number: number;
  readonly failure: Failure | undefined;
  /** Whether its target is still the consumer's. */
  readonly isCurrent: boolean;
}

/** The attempts of one consumer: how many at once, how fast, and whether at all. */
export class Attempts {
  /** Of the target as it is; the one before had its own, which counts no more. */
  breaker = new Breaker(monotonic);
  private readonly underWay = new Set<RunningAttempt>();
  /** Of those under way, whose handler has not ended, or that failed. */
  private running = 0;
  private rate!: RateLimit;
  private drained: (() => void) | undefined;

  /** @param free called when another may begin */
  constructor(
    private definition: ConsumerDefinition,
    private readonly timers: TimerWheel,
    private readonly tell: (news: ConsumerNews) => void,
    private readonly free: () => void,
  ) {
    this.redefine(definition);
  }

  /** How many have begun, and are not written down: they would be made again after a crash. */
  get count(): number {
    return this.underWay.size;
  }

  /** Whether there may be no room for another by the time that some are written down. */
  get isCrowded(): boolean {
    return this.count > this.window - 2 * this.concurrency;
  }

  /** Milliseconds until one may begin; Infinity until one has ended. */
  get waitMs(): number {
    if (this.running >= this.concurrency || this.count >= this.window) return Infinity;
    return Math.max(this.breaker.waitMs, this.rate.waitMs);
  }

  /** In which order there should be work. */
  get order(): WorkOrder {
    if (this.definition.ordered) return 'log';
    return this.breaker.state === 'closed' ? 'fair' : 'fresh-first';
  }

  redefine(definition: ConsumerDefinition): void {
    this.definition = definition;
    this.rate = new RateLimit(definition.rateLimit, monotonic);
  }

  /** The target is another. What is under way goes on, and says nothing of it. */
  renew(): void {
    this.targetIsUp();
    this.breaker = new Breaker(monotonic);
  }

  targetIsUp(): void {
    if (this.breaker.succeed()) this.tell({ type: 'consumer.breaker-closed' });
  }

  /** @param quietMs how long it asked to be left alone */
  targetFailed(error: string, quietMs: number): void {
    if (!this.breaker.fail(quietMs)) return;
    const until = new Date(Date.now() + this.breaker.waitMs).toISOString();
    this.tell({ type: 'consumer.breaker-open', error, until });
  }

  /** @param settle does what follows from how it went; until then the attempt is under way. Must not reject */
  async run({ event, retry }: Work, settle: (outcome: Outcome) => Promise<void>): Promise<void> {
    const { breaker } = this;
    const { handle, timeoutMs } = this.definition;
    const attempt = new RunningAttempt((retry?.attempts ?? 0) + 1, timeoutMs, this.timers);
    this.underWay.add(attempt);
    this.running++;
    this.rate.take();
    breaker.begin();
    const failure = await attempt.run(() => handle(event, attempt));
    const settled = settle({ number: attempt.number, failure, isCurrent: breaker === this.breaker });
    // What has succeeded only waits to be written down.
    if (failure) await settled;
    this.running--;
    this.free();
    await settled;
    this.underWay.delete(attempt);
    this.free();
    if (this.count === 0) this.drained?.();
  }

  private get concurrency(): number {
    return this.definition.ordered ? 1 : this.definition.concurrency;
  }

  private get window(): number {
    const { ordered, window = 0 } = this.definition;
    return ordered ? 1 : Math.max(window, this.concurrency);
  }

  /** Resolves when none is under way. What has not ended by `timeoutMs` is cut off then. */
  async drain(timeoutMs: number): Promise<void> {
    if (this.count === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.drained = resolve;
      timer = setTimeout(resolve, timeoutMs);
    });
    clearTimeout(timer);
    for (const attempt of this.underWay) attempt.abort(new Error('The application is shutting down.'));
  }
}
