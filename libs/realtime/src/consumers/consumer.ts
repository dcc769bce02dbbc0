import { Logger } from '@nestjs/common';
import { Position } from 'nestjs-realtime-protocol';
import type { RealtimeEngine } from '../engines/engine.interface.js';
import { RealtimeError } from '../realtime.errors.js';
import type { TimerWheel } from '../timing/timer-wheel.js';
import { Attempts, type Outcome } from './attempts.js';
import type { ConsumerNews } from './consumer-news.js';
import { accepts, type ConsumerDefinition, GiveUpError, RetryAfterError } from './consumer-options.js';
import type { Exception } from './consumer-store.js';
import { reasonOf } from './failure.js';
import { Intake } from './intake.js';
import type { JournalWatch } from './journal-watch.js';
import { Ledger } from './ledger.js';
import { monotonic } from './monotonic.js';
import { nextRetryMs, quietMs } from './retry-schedule.js';
import { Wake } from './wake.js';
import { type Work, WorkSource } from './work-source.js';

/** How long to wait before reading again what could not be read. */
const READ_AGAIN_MS = 1_000;

/** What all consumers of an application share. */
export interface ConsumerServices {
  readonly engine: RealtimeEngine;
  readonly watch: JournalWatch;
  readonly timers: TimerWheel;
}

/**
 * A durable reader: a cursor over the journal, and a record for each event that failed. At least once: what was
 * attempted and not yet written down when the process died is attempted again, and that is never more than
 * `concurrency` events.
 */
export class Consumer {
  private readonly logger = new Logger('Realtime');
  private readonly wake = new Wake();
  private readonly ledger: Ledger;
  private readonly attempts: Attempts;
  private intake: Intake | undefined;
  private source!: WorkSource;
  private unfollow: (() => void) | undefined;
  private stopping = false;
  private unreadable = false;
  private readAgainAt = 0;

  constructor(
    private definition: ConsumerDefinition,
    private readonly services: ConsumerServices,
    private readonly tell: (news: ConsumerNews) => void,
  ) {
    this.attempts = new Attempts(definition, services.timers, tell, () => this.wake.now());
    this.ledger = new Ledger(definition.name, services.engine, () => this.intake?.catchUp());
  }

  get name(): string {
    return this.definition.name;
  }

  /** Whether it has found its place. */
  get isOpen(): boolean {
    return this.intake !== undefined;
  }

  get state(): 'running' | 'paused' | 'open' | 'half-open' {
    if (this.ledger.paused) return 'paused';
    const { state } = this.attempts.breaker;
    return state === 'closed' ? 'running' : state;
  }

  /** Everything up to here has ended, and nothing of it is needed again. */
  get cursor(): Position {
    return this.ledger.cursor;
  }

  /** When the next attempt may be made, in milliseconds since 1970, while the state is `open`. */
  get openUntil(): number | undefined {
    return this.state === 'open' ? Date.now() + this.attempts.breaker.waitMs : undefined;
  }

  get inFlight(): number {
    return this.attempts.count;
  }

  /** Finds its place: where it stopped, or now, if it is new. From then on it misses nothing. */
  async open(): Promise<void> {
    await this.ledger.open();
    this.read();
  }

  start(): void {
    void this.run();
  }

  /** Goes on as something else from the same place. What is under way ends as it began. */
  redefine(definition: ConsumerDefinition): void {
    this.definition = definition;
    this.attempts.redefine(definition);
    this.follow();
    this.wake.now();
  }

  /** Its target is another: what the one before did counts no more, and what waits is attempted now. */
  async renew(): Promise<void> {
    this.attempts.renew();
    await this.ledger.hasten();
    this.wake.now();
  }

  /** Ends: what is under way is waited for, for so long, and then cut off. It is attempted again another time. */
  async stop(timeoutMs: number): Promise<void> {
    if (this.stopping || !this.intake) return;
    this.stopping = true;
    this.wake.now();
    await this.attempts.drain(timeoutMs);
    await this.ledger.close();
    this.unfollow?.();
    this.intake.close();
  }

  async pause(): Promise<void> {
    if (!this.ledger.paused) this.tell({ type: 'consumer.paused' });
    this.ledger.paused = true;
    await this.ledger.note();
  }

  async resume(): Promise<void> {
    if (this.ledger.paused) this.tell({ type: 'consumer.resumed' });
    this.ledger.paused = false;
    this.attempts.breaker.probeNow();
    this.wake.now();
    await this.ledger.note();
  }

  /** Attempts dead letters anew. Resolves when that is certain. */
  async revive(dead: readonly Exception[]): Promise<void> {
    await this.ledger.revive(dead);
    this.wake.now();
  }

  /** Reads again everything since `time` that the journal still has. */
  async replay(time: Date): Promise<void> {
    const ms = time.getTime();
    if (Number.isNaN(ms)) throw new RealtimeError('cursor-malformed', 'The time is no date.');
    const { epoch } = await this.services.engine.head();
    const since = new Position(epoch, Math.max(0, ms - 1), Number.MAX_SAFE_INTEGER);
    this.intake?.catchUp();
    // What was not taken yet is to come anyway.
    if (!this.ledger.progress.hasTaken(since)) return;
    this.ledger.goTo(this.ledger.progress.rewound(since));
    this.read(this.source.givenBackUpTo(since));
    this.wake.now();
    await this.ledger.note();
  }

  /** Writes down how far it has got without events of its own. */
  noteSkipped(): void {
    void this.ledger.noteSkipped();
  }

  /** Reads the journal from where the progress is. */
  private read(givenBack?: Work[]): void {
    this.intake?.close();
    this.intake = new Intake(
      this.services.watch,
      this.ledger.progress,
      (event) => accepts(this.definition, event),
      () => this.wake.now(),
    );
    this.source = new WorkSource(this.intake, this.ledger.retries, givenBack);
    this.follow();
  }

  private follow(): void {
    this.unfollow?.();
    this.unfollow = this.services.watch.follow(this.definition.patterns, this.intake!);
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const { waitMs } = this;
      if (waitMs > 0) await this.wake.wait(waitMs);
      else if (!this.begin(this.source.peekNow(this.attempts.order)) && !(await this.takeNext()))
        await this.wake.wait(this.untilRetryMs);
    }
  }

  /** Milliseconds until an attempt may begin; Infinity until something has happened. */
  private get waitMs(): number {
    if (this.ledger.paused) return Infinity;
    return Math.max(this.attempts.waitMs, this.readAgainAt - monotonic());
  }

  private get untilRetryMs(): number {
    return Math.max(0, this.ledger.retries.nextAt - Date.now());
  }

  /** Begins what is next. @returns false if there is nothing */
  private async takeNext(): Promise<boolean> {
    const { source } = this;
    const work = await this.peek(source);
    if (!work) return this.unreadable;
    // Much may have happened since it was asked for.
    if (this.stopping || this.waitMs > 0 || source !== this.source) return true;
    this.begin(work);
    return true;
  }

  /** @returns whether there is something to begin */
  private begin(work: Work | undefined): boolean {
    if (!work || !this.source.take(work)) return false;
    void this.attempts.run(work, (outcome) => this.settle(work, outcome));
    return true;
  }

  private async peek(source: WorkSource): Promise<Work | undefined> {
    try {
      const work = await source.peek(this.attempts.order);
      this.unreadable = false;
      return work;
    } catch (error) {
      if (!this.unreadable) this.logger.error(`The durable consumer "${this.name}" cannot read on.`, error);
      this.unreadable = true;
      this.readAgainAt = monotonic() + READ_AGAIN_MS;
      return undefined;
    }
  }

  private async settle(work: Work, { number, failure, isCurrent }: Outcome): Promise<void> {
    if (!failure) {
      if (isCurrent) this.attempts.targetIsUp();
      return this.ledger.succeeded(work, this.stopping || this.attempts.isCrowded);
    }
    // What fails while everything is being taken down has not failed: it is attempted again.
    if (!this.stopping) await (isCurrent ? this.failed(work, number, failure.thrown) : this.again(work));
  }

  /** It has failed at a target that is not its target any more. */
  private async again({ event, retry }: Work): Promise<void> {
    if (!retry) return this.source.giveBack({ event });
    await this.ledger.failed({ event, retry }, { ...retry, at: Date.now() }, false);
  }

  private async failed(work: Work, attempts: number, thrown: unknown): Promise<void> {
    const error = reasonOf(thrown);
    const quiet = thrown instanceof RetryAfterError ? quietMs(thrown.retryAfterMs) : 0;
    const isGivenUp = thrown instanceof GiveUpError;
    if (isGivenUp) this.attempts.targetIsUp();
    else this.attempts.targetFailed(error, quiet);
    // A long outage costs no more records: its cursor stops.
    if (!work.retry && this.attempts.breaker.isHopeless) return this.source.giveBack(work);

    const waitMs = isGivenUp ? undefined : nextRetryMs(this.definition.retries, attempts, quiet);
    const isDead = waitMs === undefined;
    const exception = { event: work.event, attempts, at: Date.now() + (waitMs ?? 0), error };
    await this.ledger.failed(work, exception, isDead);
    this.tell({ type: isDead ? 'consumer.dead-letter' : 'consumer.failed', exception });
  }
}
