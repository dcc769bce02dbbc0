import { Inject, Injectable } from '@nestjs/common';
import type { RealtimeEngine } from '../engines/engine.interface.js';
import { REALTIME_ENGINE } from '../realtime.options.js';
import { Feed } from './feed.js';
import { Reader, type ReaderSink } from './reader.js';
import { Turn } from './turn.js';

interface Shared {
  readonly feed: Feed;
  readers: number;
}

/** All feeds of this process, one per set of topics that somebody reads. */
@Injectable()
export class Feeds {
  private readonly turn = new Turn();
  private readonly feeds = new Map<string, Shared>();

  constructor(@Inject(REALTIME_ENGINE) private readonly engine: RealtimeEngine) {}

  /** How many sets of topics are being read. */
  get size(): number {
    return this.feeds.size;
  }

  /**
   * A reader over `topics`, which are sorted and without duplicates. It holds its feed open until it is
   * closed, and does nothing until it is started.
   */
  reader(topics: readonly string[], sink: ReaderSink): Reader {
    const key = topics.join('\n');
    let shared = this.feeds.get(key);
    if (!shared)
      this.feeds.set(key, (shared = { feed: new Feed(topics, this.engine, this.turn), readers: 0 }));
    const { feed } = shared;
    shared.readers++;
    return new Reader(feed, this.engine, sink, () => this.release(key, shared));
  }

  /**
   * Moves all feeds to the head of the log, so that what is quiet does not fall out of retention, and finds
   * what was announced and never arrived. To be called now and then; rejects when the log cannot be read.
   */
  async advance(): Promise<void> {
    const head = await this.engine.head();
    await Promise.all([...this.feeds.values()].map(({ feed }) => feed.advance(head)));
  }

  private release(key: string, shared: Shared): void {
    if (--shared.readers > 0) return;
    shared.feed.close();
    this.feeds.delete(key);
  }
}
