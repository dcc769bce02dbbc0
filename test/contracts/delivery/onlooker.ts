import type { StateReader, Viewer } from '../../support/readers/state-reader.js';
import type { SeededRandom } from '../../support/seeded-random.js';
import { turns } from '../../support/turns.js';
import type { Ways } from './client.js';
import { compareCursors } from './cursor-order.js';

/** Somebody who looks at a state that has versions, by any of some transports, and keeps its tag alone. */
export class Onlooker implements Viewer {
  private readonly told: { readonly version: number; readonly cursor: string }[] = [];
  private readonly backwards: string[] = [];
  private readonly over = new AbortController();
  private etag: string | undefined;
  private version = 0;
  private last: number | undefined;

  constructor(
    private readonly readers: readonly StateReader[],
    readonly ways: Ways,
    private readonly random: SeededRandom,
  ) {}

  async look(): Promise<void> {
    const { signal } = this.over;
    while (!signal.aborted) {
      const { url } = this.random.pick(this.ways.proxies);
      await this.random.pick(this.readers).read(url, this.etag, this, signal);
      await turns();
    }
  }

  show(state: unknown, etag: string | undefined): void {
    const { version } = state as { version: number };
    if (version < this.version) this.backwards.push(`${version} after ${this.version}`);
    this.version = version;
    this.etag = etag;
    this.check();
  }

  asOf(cursor: string): void {
    this.told.push({ version: this.version, cursor });
  }

  /**
   * What is wrong with what was seen: an older version after a newer one, or a cursor beyond an event that the
   * state did not know of, which whoever reads on from there would miss.
   * @param events the id of the event of each version, from 1 on
   */
  faults(events: readonly string[]): string[] {
    const beyond = this.told.filter(({ version, cursor }) => {
      const next = events[version];
      return next !== undefined && compareCursors(next, cursor) <= 0;
    });
    return [...this.backwards, ...beyond.map(({ version, cursor }) => `${version} as of ${cursor}`)];
  }

  /** There is no later version: once it is seen, that is the end. */
  endAt(version: number): void {
    this.last = version;
    this.check();
  }

  stop(): void {
    this.over.abort();
  }

  private check(): void {
    if (this.version === this.last) this.stop();
  }
}
