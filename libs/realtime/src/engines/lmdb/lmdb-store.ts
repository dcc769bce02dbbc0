import { ABORT, type Database, open, type RootDatabase, type RootDatabaseOptions } from 'lmdb';
import { jsonAndTextRows, jsonRows, type RowCodec, textRows } from './row-codec.js';

/** A position within an epoch, as a key that sorts. */
export type PositionKey = [ms: number, seq: number];

/** An event of a topic: its type, where the topic's event before it is, and its data as JSON. */
export type EventRow = readonly [head: readonly [type: string, previous: PositionKey | null], json: string];

/** What is known of a topic of which something is kept. `trimmed` is the last event that is kept no more. */
export type TopicRow = readonly [last: PositionKey, count: number, trimmed: PositionKey | null];

/** What an idempotency key found: the position and type of the first event, and until when it is remembered. */
export type KeyRow = readonly [position: PositionKey, type: string, expires: number];

/** Who has claimed a key; null is nobody, for it is settled. */
export type ClaimRow = readonly [owner: string | null, expires: number];

/** An event in the journal: its topic, and the rest once it was trimmed from its history. */
export type JournalRow = readonly [topic: string, event?: EventRow];

/** The log as a whole. */
export interface LogRow {
  readonly epoch: string;
  /** Where it ends. */
  readonly last: PositionKey;
  /** The latest event trimmed of a topic of which nothing is kept any more. */
  readonly forgotten?: PositionKey;
}

type HistoryKey = [topic: string, ...PositionKey];
type ExpiryKey = [expires: number, table: 'keys' | 'claims', key: string];

/** All tables of the log, in one environment, so that one transaction covers them. */
export class LmdbStore {
  /** The events of each topic, in the order of the log. */
  history!: Database<EventRow, HistoryKey>;
  /** The topics of all events that are in a history, in the order of the log. */
  order!: Database<string, PositionKey>;
  topics!: Database<TopicRow, string>;
  journal!: Database<JournalRow, PositionKey>;
  keys!: Database<KeyRow, string>;
  claims!: Database<ClaimRow, string>;
  /** What expires when. */
  expiry!: Database<null, ExpiryKey>;
  records!: Database<string, string>;
  private log!: Database<LogRow, 'log'>;
  private root!: RootDatabase;

  private constructor(private readonly path: string) {}

  /** @param path a folder that nobody else has open, in which the files are whole */
  static open(path: string): LmdbStore {
    const store = new LmdbStore(path);
    store.open();
    return store;
  }

  /** Undefined before a log was begun. */
  getLog(): LogRow | undefined {
    return this.log.get('log');
  }

  /** Whether nothing was ever written here. */
  get isEmpty(): boolean {
    const tables = [this.order, this.journal, this.records, this.claims];
    return tables.every((table) => table.getKeysCount({ limit: 1 }) === 0);
  }

  putLog(row: LogRow): void {
    void this.log.put('log', row);
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
      return this.getLog() !== undefined;
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
    this.log = root.openDB('log', rowsOf(jsonRows()));
    this.history = root.openDB('history', rowsOf(jsonAndTextRows()));
    this.order = root.openDB('order', rowsOf(textRows));
    this.topics = root.openDB('topics', rowsOf(jsonRows()));
    this.journal = root.openDB('journal', rowsOf(jsonRows()));
    this.keys = root.openDB('keys', rowsOf(jsonRows()));
    this.claims = root.openDB('claims', rowsOf(jsonRows()));
    this.expiry = root.openDB('expiry', rowsOf(jsonRows()));
    this.records = root.openDB('records', rowsOf(textRows));
  }
}

function rowsOf<Row>(encoder: RowCodec<Row>): RootDatabaseOptions {
  return { encoder };
}

function attempt(write: () => boolean): { readonly written: boolean } | { readonly error: unknown } {
  try {
    return { written: write() };
  } catch (error) {
    return { error };
  }
}
