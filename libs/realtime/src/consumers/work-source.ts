import type { Position } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../bus/log-event.js';
import type { Exception } from './consumer-store.js';
import type { Intake } from './intake.js';
import type { RetryQueue } from './retry-queue.js';

/** An event to be attempted. */
export interface Work {
  readonly event: LogEvent;
  /** What it is retried from; undefined when it is fresh from the journal. */
  readonly retry?: Exception;
}

/** In the order of the log; retries and fresh work by turns; retries only when there is no fresh work. */
export type WorkOrder = 'log' | 'fair' | 'fresh-first';

/** Where a consumer's work comes from: the journal, and what is to be tried again. */
export class WorkSource {
  private taken = 0;

  /** @param givenBack what was taken and given back */
  constructor(
    private readonly intake: Intake,
    private readonly retries: RetryQueue,
    private readonly givenBack: Work[] = [],
  ) {}

  /** What is next, if it is fresh and in memory: mostly it is, and nobody has to wait. */
  peekNow(order: WorkOrder): Work | undefined {
    const isFresh = order === 'log' ? this.retries.isEmpty : this.isFreshFirst(order);
    if (!isFresh && (order === 'log' || this.retries.mayBeDue(Date.now()))) return undefined;
    if (this.givenBack.length > 0) return this.givenBack[0];
    const event = this.intake.peekNow();
    return event && { event };
  }

  /** What is next, if there is something. It stays until it is taken. */
  async peek(order: WorkOrder): Promise<Work | undefined> {
    if (order === 'log') return (await this.retry()) ?? (this.retries.isEmpty ? this.fresh() : undefined);
    return this.isFreshFirst(order)
      ? ((await this.fresh()) ?? this.retry())
      : ((await this.retry()) ?? this.fresh());
  }

  /** Takes what was peeked at. @returns false if it is not next any more */
  take(work: Work): boolean {
    this.taken++;
    if (work.retry) return this.retries.take(work.retry);
    if (this.givenBack[0] === work) this.givenBack.shift();
    else if (this.givenBack.length > 0) return false;
    else this.intake.take(work.event);
    return true;
  }

  /** Gives back fresh work that was taken: it goes before what has not been taken. */
  giveBack(work: Work): void {
    this.givenBack.push(work);
  }

  /** What was given back, up to `position`. */
  givenBackUpTo(position: Position): Work[] {
    return this.givenBack.filter(({ event }) => !event.position.isAfter(position));
  }

  /** By turns, so that neither keeps the other waiting. */
  private isFreshFirst(order: 'fair' | 'fresh-first'): boolean {
    return order === 'fresh-first' || this.taken % 2 === 0;
  }

  private async fresh(): Promise<Work | undefined> {
    if (this.givenBack.length > 0) return this.givenBack[0];
    const event = await this.intake.peek();
    return event && { event };
  }

  private async retry(): Promise<Work | undefined> {
    const retry = await this.retries.peek(Date.now());
    return retry && { event: retry.event, retry };
  }
}
