import { ABORT, type Database, open, type RootDatabase } from 'lmdb';

/** A position within an epoch, as a key that sorts. */
export type PositionKey = [ms: number, seq: number];

/** An event of a topic: its type, its data as JSON, and where the topic's event before it is. */
export type EventRow = [type: string, json: string, previous: PositionKey | null];

/** What is known of a topic of which something is kept. `trimmed` is the last event that is kept no more. */
export type TopicRow = [last: PositionKey, count: number, trimmed: PositionKey | null];

/** What an idempotency key found: the position and type of the first event, and until when it is remembered. */
export type KeyRow = [ms: number, seq: number, type: string, expires: number];

export type ClaimRow = [settled: boolean, expires: number];

/** An event in the journal: its topic while a history has the rest, all of it once it was trimmed there. */
export type JournalRow = string | [topic: string, ...EventRow];

interface MetaRows {
  readonly epoch: string;
  /** Where the log ends. */
  readonly last: PositionKey;
  /** The latest event trimmed of a topic of which nothing is kept any more. */
  readonly forgotten: PositionKey;
}

/** All tables of the log, in one environment, so that one transaction covers them. */
export class LmdbStore {
  /** The events of each topic, in the order of the log. */
  history!: Database<EventRow, [topic: string, ms: number, seq: number]>;
  /** The topics of all events that are in a history, in the order of the log. */
  order!: Database<string, PositionKey>;
  topics!: Database<TopicRow, string>;
  journal!: Database<JournalRow, PositionKey>;
  keys!: Database<KeyRow, string>;
  claims!: Database<ClaimRow, string>;
  /** What expires when. */
  expiry!: Database<true, [expires: number, table: 'keys' | 'claims', key: string]>;
  records!: Database<string, string>;
  private meta!: Database<MetaRows[keyof MetaRows], keyof MetaRows>;
  private root!: RootDatabase;

  private constructor(private readonly path: string) {}

  /** @param path a folder that nobody else has open, in which the files are whole */
  static open(path: string): LmdbStore {
    const store = new LmdbStore(path);
    store.open();
    return store;
  }

  getMeta<Name extends keyof MetaRows>(name: Name): MetaRows[Name] | undefined {
    return this.meta.get(name) as MetaRows[Name] | undefined;
  }

  putMeta<Name extends keyof MetaRows>(name: Name, value: MetaRows[Name]): void {
    void this.meta.put(name, value);
  }

  /**
   * Runs `write`, and resolves when what it wrote is on disk. Where it returns false or throws, nothing is
   * written. One at a time.
   * @returns what `write` returned
   */
  async transaction(write: () => boolean): Promise<boolean> {
    let outcome: { readonly written: boolean } | { readonly error: unknown } | undefined;
    // A child, for only that can be aborted.
    await this.root.childTransaction(() => {
      outcome = attempt(write);
      return 'written' in outcome && outcome.written ? undefined : ABORT;
    });
    if (!outcome) throw new Error('The transaction did not run.');
    if ('error' in outcome) throw outcome.error;
    return outcome.written;
  }

  /**
   * To be called after a transaction failed: an environment whose own pages could not be written refuses
   * everything until it is opened anew.
   * @returns whether it was opened anew
   * @throws when it cannot be
   */
  async recover(): Promise<boolean> {
    if (this.isSound()) return false;
    await this.root.close();
    this.open();
    return true;
  }

  async close(): Promise<void> {
    await this.root.close();
  }

  private isSound(): boolean {
    try {
      this.root.resetReadTxn();
      return this.getMeta('epoch') !== undefined;
    } catch {
      return false;
    }
  }

  private open(): void {
    const root = open({
      path: this.path,
      // Without it, a path with a dot in it would be that of a file.
      noSubdir: false,
      maxDbs: 16,
      // A commit is one when it is on disk, not merely visible.
      overlappingSync: false,
      separateFlushed: false,
      // With it, a commit that fails also rejects a promise that nobody has.
      eventTurnBatching: false,
    });
    try {
      // Together, for each that is new is a write of its own.
      root.transactionSync(() => this.openTables(root));
    } catch (error) {
      void root.close();
      throw error;
    }
    this.root = root;
  }

  private openTables(root: RootDatabase): void {
    this.meta = root.openDB('meta', {});
    this.history = root.openDB('history', {});
    this.order = root.openDB('order', {});
    this.topics = root.openDB('topics', {});
    this.journal = root.openDB('journal', {});
    this.keys = root.openDB('keys', {});
    this.claims = root.openDB('claims', {});
    this.expiry = root.openDB('expiry', {});
    this.records = root.openDB('records', { encoding: 'string' });
  }
}

function attempt(write: () => boolean): { readonly written: boolean } | { readonly error: unknown } {
  try {
    return { written: write() };
  } catch (error) {
    return { error };
  }
}
