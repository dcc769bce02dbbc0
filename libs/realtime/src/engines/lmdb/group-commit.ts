import type { LmdbStore } from './lmdb-store.js';
import { unavailable } from './unavailable.js';

/** How much is written together at most: what a turn of the event loop has time for. */
const MAX_GROUP = 1_000;

/** What takes part in every transaction. */
export interface Participant {
  /** The last to write. */
  seal(): void;
  /** All of it is on disk. */
  committed(): void;
  /** None of it is. */
  rollBack(): void;
  /** The environment was opened anew: what is on disk counts. */
  reload(): void;
}

interface Work<Result = unknown> {
  readonly run: () => Result;
  readonly durable: ((result: Result) => void) | undefined;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes of one environment: what is asked for while a transaction is on its way to the disk goes with the next
 * one, together. Nothing resolves, and nobody is told, before it is on disk.
 */
export class GroupCommit {
  private waiting: Work[] = [];
  private committing: Promise<void> | undefined;

  constructor(
    private readonly store: Pick<LmdbStore, 'transaction' | 'recover'>,
    private readonly participant: Participant,
  ) {}

  /**
   * Runs `work` within a transaction. What it throws is its own failure: nothing of it is written, and the
   * others of its group are.
   * @param durable called with the result once that is on disk, in the order of the calls, before anybody is told
   * @throws RealtimeError `log-unavailable` when it could not be written
   */
  run<Result>(work: () => Result, durable?: (result: Result) => void): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.waiting.push({ run: work, durable, resolve, reject } as Work);
      this.committing ??= this.commitAll();
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.committing;
  }

  private async commitAll(): Promise<void> {
    while (this.waiting.length > 0) await this.commit();
    this.committing = undefined;
  }

  private async commit(): Promise<void> {
    let group: readonly Work[] = [];
    const results: unknown[] = [];
    try {
      const written = await this.store.transaction(() => {
        // Only now, so that all that was asked for until now is in it.
        group = this.waiting.splice(0, MAX_GROUP);
        return this.write(group, results);
      });
      if (!written) return this.participant.rollBack();
    } catch (error) {
      return this.fail(group.length > 0 ? group : this.waiting.splice(0), error);
    }
    this.participant.committed();
    for (const [index, { durable }] of group.entries()) durable?.(results[index]);
    for (const [index, { resolve }] of group.entries()) resolve(results[index]);
  }

  /** @returns whether all have run; otherwise the others of the group wait for the next transaction */
  private write(group: readonly Work[], results: unknown[]): boolean {
    for (const work of group) {
      try {
        results.push(work.run());
      } catch (error) {
        work.reject(unavailable('written', error));
        this.waiting.unshift(...group.filter((other) => other !== work));
        return false;
      }
    }
    this.participant.seal();
    return true;
  }

  private async fail(group: readonly Work[], thrown: unknown): Promise<void> {
    this.participant.rollBack();
    const failure = unavailable('written', await causeOf(thrown));
    try {
      if (await this.store.recover()) this.participant.reload();
    } catch {
      // Then the next transaction fails too, and tries again.
    }
    for (const { reject } of group) reject(failure);
  }
}

/** What lmdb throws when a commit fails has its cause in a promise that rejects. */
async function causeOf(thrown: unknown): Promise<unknown> {
  if (!(thrown instanceof Error && 'commitError' in thrown)) return thrown;
  try {
    await thrown.commitError;
    return thrown;
  } catch (cause) {
    return cause;
  }
}
