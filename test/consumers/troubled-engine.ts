import type { Journal, RealtimeEngine, RecordStore } from 'nestjs-realtime';
import { FaultyEngine } from '../support/faulty-engine.js';
import { turns } from '../support/turns.js';

/** After so many turns of the event loop without a question to the storage, there is none to come by itself. */
const QUIET_TURNS = 4;

export type StorageOperation =
  'journal.read' | 'journal.release' | 'records.get' | 'records.list' | 'records.write';

/** An engine whose storage for consumers is late, or fails. */
export class TroubledEngine extends FaultyEngine {
  /** Stands before each operation: what it throws is the operation's failure. */
  before: (operation: StorageOperation) => Promise<void> | void = () => {};

  /** Sees what each operation came to. */
  after: (operation: StorageOperation, result: unknown) => void = () => {};

  private pending = 0;

  constructor(private readonly inner: RealtimeEngine) {
    super(inner);
  }

  override get journal(): Journal {
    const { journal } = this.inner;
    return {
      listen: (listener) => journal.listen(listener),
      read: (...query) => this.run('journal.read', () => journal.read(...query)),
      release: (...position) => this.run('journal.release', () => journal.release(...position)),
    };
  }

  override get records(): RecordStore {
    const { records } = this.inner;
    return {
      get: (key) => this.run('records.get', () => records.get(key)),
      list: (...query) => this.run('records.list', () => records.list(...query)),
      write: (changes) => this.run('records.write', () => records.write(changes)),
    };
  }

  /** Resolves when nothing is asked of the storage, and nobody is about to ask. */
  async settled(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      await turns();
      if (this.pending > 0) quiet = 0;
    }
  }

  /** Nothing reaches the storage any more, as if the process were gone. */
  die(): void {
    this.before = () => Promise.reject(new Error('The process is gone.'));
  }

  private async run<Result>(operation: StorageOperation, work: () => Promise<Result>): Promise<Result> {
    await this.before(operation);
    this.pending++;
    const result = await work().finally(() => this.pending--);
    this.after(operation, result);
    return result;
  }
}
