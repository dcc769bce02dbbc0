import { type LogEvent, memoryEngine, type Retention, type Since } from 'nestjs-realtime';
import { Feeds } from '../../libs/realtime/src/bus/feeds.js';
import type { Reader } from '../../libs/realtime/src/bus/reader.js';
import { CollectingSink } from './collecting-sink.js';
import { FaultyEngine } from './faulty-engine.js';

export interface OpenReader {
  readonly reader: Reader;
  readonly sink: CollectingSink;
}

const UNLIMITED: Retention = { maxEvents: 1e6, maxAgeMs: 1e12, maxBytes: 1e12, idempotencyMs: 1 };

/** Feeds over a memory engine that can be made to fail. */
export class BusKit {
  readonly engine = new FaultyEngine(memoryEngine());
  readonly feeds = new Feeds(this.engine);

  static async start(retention: Partial<Retention> = {}): Promise<BusKit> {
    const kit = new BusKit();
    await kit.engine.start({ ...UNLIMITED, ...retention });
    return kit;
  }

  publish(topic = 'a', data: unknown = null): Promise<LogEvent> {
    return this.engine.publish({ topic, type: 'message', json: JSON.stringify(data) });
  }

  /** A reader that is not started. */
  reader(topics: readonly string[] = ['a'], sink = new CollectingSink()): OpenReader {
    return { reader: this.feeds.reader(topics, sink), sink };
  }

  /** A reader that has begun; live, if the sink takes everything. */
  async open(
    topics: readonly string[] = ['a'],
    since: Since = 'latest',
    sink = new CollectingSink(),
  ): Promise<OpenReader> {
    const open = this.reader(topics, sink);
    await open.reader.start(since);
    return open;
  }

  /** An empty log of another epoch takes over. */
  async failOver(log = memoryEngine()): Promise<void> {
    await log.start(UNLIMITED);
    await this.engine.failOver(log);
  }

  /** Loses the announcement of the next event. */
  loseNext(): void {
    let lost = false;
    this.engine.drops = () => !lost && (lost = true);
  }
}
