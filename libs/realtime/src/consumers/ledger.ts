import { Logger } from '@nestjs/common';
import { Position } from 'nestjs-realtime-protocol';
import type { RealtimeEngine, RecordChange } from '../engines/engine.interface.js';
import { Checkpoint } from './checkpoint.js';
import { ConsumerStore, type ConsumerState, type Exception } from './consumer-store.js';
import { Progress } from './progress.js';
import { RetryQueue } from './retry-queue.js';
import type { Work } from './work-source.js';

/** Retries that are hastened with one write. */
const PAGE = 100;

/** What one consumer has done and has still to do, as it is written down. */
export class Ledger {
  readonly retries: RetryQueue;
  progress!: Progress;
  paused = false;

  private readonly logger = new Logger('Realtime');
  private readonly store: ConsumerStore;
  private readonly checkpoint: Checkpoint;
  /** The last cursor that was written down. */
  private saved!: Position;

  /** @param catchUp called before the progress is looked at */
  constructor(
    private readonly name: string,
    private readonly engine: RealtimeEngine,
    private readonly catchUp: () => void,
  ) {
    this.store = new ConsumerStore(name, engine.records);
    this.retries = new RetryQueue(this.store);
    this.checkpoint = new Checkpoint(name, (changes) => this.write(changes));
  }

  /** Everything up to here has ended, and nothing of it is needed again. */
  get cursor(): Position {
    this.catchUp();
    return this.checkpoint.isIdle ? this.progress.cursor : this.saved;
  }

  /** Finds the place where the consumer stopped; a new one begins at the head of the log. */
  async open(): Promise<void> {
    const head = await this.engine.head();
    const state = await this.store.load();
    this.paused = state?.paused ?? false;
    this.goTo(this.startingPoint(state, head));
    if (!state || state.missingSince) await this.store.write([this.store.stateChange(this.state)]);
  }

  goTo(progress: Progress): void {
    this.progress = progress;
    this.saved = progress.cursor;
  }

  /** Writes down where the consumer stands. */
  note(): Promise<void> {
    return this.checkpoint.add();
  }

  /** Writes down how far it has got without events of its own, so that a restart need not look at them again. */
  async noteSkipped(): Promise<void> {
    if (this.checkpoint.isIdle && this.cursor.isAfter(this.saved)) await this.note();
  }

  /** @param isUrgent whether something waits for its being written down */
  async succeeded({ event, retry }: Work, isUrgent: boolean): Promise<void> {
    if (!retry) this.progress.end(event.position);
    await this.checkpoint.add(retry && [this.store.retryRemoval(retry)], isUrgent);
    if (retry) this.retries.ended(retry);
  }

  /** @param isDead whether `exception` was given up, rather than to be tried again */
  async failed({ event, retry }: Work, exception: Exception, isDead: boolean): Promise<void> {
    const change = isDead ? this.store.deadChange(exception) : this.store.retryChange(exception);
    if (!retry) this.progress.end(event.position);
    await this.checkpoint.add(retry ? [this.store.retryRemoval(retry), change] : [change]);
    if (retry) this.retries.ended(retry);
    if (!isDead) this.retries.add(exception);
  }

  /** Has dead letters tried again, now and as if never before. */
  async revive(dead: readonly Exception[]): Promise<void> {
    const revived = dead.map((exception) => ({ ...exception, attempts: 0, at: Date.now() }));
    await this.checkpoint.add([
      ...dead.map((exception) => this.store.deadRemoval(exception)),
      ...revived.map((exception) => this.store.retryChange(exception)),
    ]);
    for (const exception of revived) this.retries.add(exception);
  }

  /** Has what is to be tried again later tried now, as if never before. */
  async hasten(): Promise<void> {
    const at = Date.now();
    for (let later: Exception[]; (later = await this.store.retriesAfter(at, PAGE)).length > 0;) {
      const sooner = later.map((exception) => ({ ...exception, attempts: 0, at }));
      await this.store.write([
        ...later.map((exception) => this.store.retryRemoval(exception)),
        ...sooner.map((exception) => this.store.retryChange(exception)),
      ]);
    }
    this.retries.reload();
  }

  /** Writes down the last of it, unless that fails. */
  async close(): Promise<void> {
    void this.note();
    await this.checkpoint.close();
  }

  private startingPoint(state: ConsumerState | undefined, head: Position): Progress {
    if (!state) return new Progress(head);
    if (state.missingSince) {
      this.logger.warn(
        `The durable consumer "${this.name}" is back. Events published since ${state.missingSince} were not kept for it.`,
      );
    }
    const progress = Progress.at(state);
    if (progress.cursor.epoch === head.epoch) return progress;
    this.logger.warn(
      `The log has begun a new life since the durable consumer "${this.name}" last ran: what it had not handled is lost.`,
    );
    return new Progress(new Position(head.epoch, 0, 0));
  }

  private get state(): ConsumerState {
    return { ...this.progress.place, paused: this.paused };
  }

  private async write(changes: readonly RecordChange[]): Promise<void> {
    this.catchUp();
    const { progress } = this;
    const { cursor } = progress;
    await this.store.write([...changes, this.store.stateChange(this.state)]);
    if (progress === this.progress) this.saved = cursor;
  }
}
