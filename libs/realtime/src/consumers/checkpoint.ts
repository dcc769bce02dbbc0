import { Logger } from '@nestjs/common';
import type { RecordChange } from '../engines/engine.interface.js';
import { endOfTurn } from './end-of-turn.js';
import { monotonic } from './monotonic.js';
import { Wake } from './wake.js';

/** How long to wait before writing again what could not be written. */
const RETRY_MS = 1_000;
/** From the end of one write to the next, if nobody is waiting for that. */
const PACE_MS = 5;

interface Pending {
  readonly changes: readonly RecordChange[];
  readonly isUrgent: boolean;
  readonly done: () => void;
}

/**
 * Collects what is to be remembered and writes it together, one write at a time, again until it succeeds. Writing
 * costs much, however little it is: what is not urgent waits for a few milliseconds for more.
 */
export class Checkpoint {
  private readonly logger = new Logger('Realtime');
  private readonly wake = new Wake();
  private readonly hurry = new Wake();
  private pending: Pending[] = [];
  private writing: Promise<void> | undefined;
  private failing = false;
  private closed = false;
  private lastAt = -Infinity;

  /**
   * @param name of the consumer
   * @param write writes all changes, and how far the consumer has got by then, or nothing
   */
  constructor(
    private readonly name: string,
    private readonly write: (changes: readonly RecordChange[]) => Promise<void>,
  ) {}

  /** Whether everything is durable. */
  get isIdle(): boolean {
    return !this.writing;
  }

  /**
   * Resolves when `changes`, and everything that came before them, is durable. Never rejects; after `close`, it
   * never resolves either.
   */
  add(changes: readonly RecordChange[] = [], isUrgent = true): Promise<void> {
    return new Promise((done) => {
      if (this.closed) return;
      this.pending.push({ changes, isUrgent, done });
      this.writing ??= this.writeAll();
      if (isUrgent) this.hurry.now();
    });
  }

  /** Writes what is still to be written, unless that fails. Nothing is written afterwards. */
  async close(): Promise<void> {
    this.closed = true;
    this.wake.now();
    this.hurry.now();
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    // What ends in this turn is written together.
    await endOfTurn();
    while (this.pending.length > 0) {
      await this.collect();
      const batch = this.pending;
      this.pending = [];
      if (await this.tryWrite(batch)) continue;
      if (this.closed) return;
      this.pending = [...batch, ...this.pending];
      await this.wake.wait(RETRY_MS);
    }
    this.writing = undefined;
  }

  private async collect(): Promise<void> {
    while (!this.closed && !this.pending.some(({ isUrgent }) => isUrgent)) {
      const waitMs = this.lastAt + PACE_MS - monotonic();
      if (waitMs <= 0) return;
      await this.hurry.wait(waitMs);
    }
  }

  private async tryWrite(batch: readonly Pending[]): Promise<boolean> {
    try {
      await this.write(batch.flatMap(({ changes }) => changes));
      this.failing = false;
      this.lastAt = monotonic();
      for (const { done } of batch) done();
      return true;
    } catch (error) {
      if (!this.failing) this.logger.error(`${this.name} cannot write down how far it has got.`, error);
      this.failing = true;
      return false;
    }
  }
}
