import { Controller, Param } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import {
  LongPoll,
  ShortPoll,
  Sse,
  topic,
  type TopicEvent,
  TopicPolicy,
  type TopicPolicyHandler,
} from 'nestjs-realtime';
import { Story } from './contracts/delivery/story.js';
import { throughHubAndSocket } from './contracts/delivery/transports.js';
import { ADAPTERS, type RunningApp, startApp } from './support/app.js';
import { CuttingProxy, type Fate, SPARED } from './support/cutting-proxy.js';
import { PollReader } from './support/readers/poll.reader.js';
import { SseReader } from './support/readers/sse.reader.js';
import type { HeardEvent, TransportReader } from './support/readers/transport-reader.js';
import { withSeed } from './support/seeded-random.js';
import { turns } from './support/turns.js';

/** 1 is every byte. Else chance decides which bytes it is this time. */
const STRIDE = Number(process.env['STRIDE'] ?? 31);
/** Longer than what any connection carries here. */
const BYTES = 1_500;

@Controller('orders')
class OrdersController {
  @ShortPoll(':id/short')
  short(@Param('id') id: string) {
    return topic('orders', id).snapshot(loadState);
  }

  @LongPoll(':id/long', { waitMs: 55_000 })
  long(@Param('id') id: string) {
    return topic('orders', id).snapshot(loadState);
  }

  @Sse(':id/events')
  events(@Param('id') id: string) {
    return topic('orders', id).snapshot(loadState);
  }
}

@TopicPolicy('orders/:id')
class OrderPolicy implements TopicPolicyHandler {
  canSubscribe() {
    return true;
  }

  snapshot() {
    return loadState();
  }
}

/** As from a database. */
async function loadState() {
  await turns();
  return { status: 'ready 🍜' };
}

/** A page that shows a state, and what happens to it. */
class Page extends Story {
  /** Events that came while there was no state to apply them to. */
  readonly stray: string[] = [];

  constructor(
    topics: readonly string[],
    since: string | undefined,
    private hasState: boolean,
  ) {
    super(topics, since);
  }

  snapshot(): void {
    this.hasState = true;
  }

  override reset(reason: string, cursor: string): void {
    super.reset(reason, cursor);
    this.hasState = false;
  }

  override event(event: HeardEvent): void {
    super.event(event);
    if (!this.hasState) this.stray.push(event.id);
  }
}

/** Where a page begins, and whether it has a state by then. */
const BEGINNINGS = [
  { name: 'from now', since: undefined, hasState: false },
  { name: 'with all that is kept', since: 'earliest', hasState: true },
  { name: 'after its history was lost', since: 'other-1-0', hasState: true },
] as const;

const readersOf = (id: number): readonly TransportReader[] => [
  new PollReader('short poll', `/orders/${id}/short`),
  new PollReader('long poll', `/orders/${id}/long`),
  new SseReader('SSE', `/orders/${id}/events`, false),
  ...throughHubAndSocket([`orders/${id}`]),
];

describe.each(ADAPTERS)('cut at any byte, on %s, a reader', (adapter) => {
  it.each(BEGINNINGS)('that begins $name misses nothing', ({ since, hasState }) =>
    withSeed(async (random) => {
      await using app = await startApp({
        adapter,
        controllers: [OrdersController],
        providers: [OrderPolicy],
        realtime: { sse: { heartbeatMs: 30 } },
      });
      const fates: Fate[] = [];
      await using proxy = await CuttingProxy.start(
        () => app.port,
        () => fates.shift() ?? SPARED,
      );
      let id = 0;
      for (const which of readersOf(0).keys()) {
        for (let down = random.integer(1, STRIDE); down < BYTES; down += STRIDE) {
          const reader = readersOf(++id)[which]!;
          fates.splice(0, 1, { ...SPARED, down, reset: random.chance(0.5) });
          const page = new Page([`orders/${id}`], since, hasState);
          const log = await follow(app, page, reader, proxy.url);
          const told = { stray: page.stray, faults: page.faults(log) };
          expect({ [`${reader.name}, byte ${down}`]: told }).toEqual({
            [`${reader.name}, byte ${down}`]: { stray: [], faults: [] },
          });
        }
      }
    }),
  );
});

/** Reads until everything has been read. @returns what there was to read */
async function follow(
  app: RunningApp,
  page: Page,
  reader: TransportReader,
  url: string,
): Promise<TopicEvent[]> {
  const [name] = page.topics as [string];
  const log = [await app.bus.publish(name, 'before'), await app.bus.publish(name, 'before, ü')];
  const reading = (async () => {
    while (!page.signal.aborted) await reader.read(url, page.cursor, page, page.signal);
  })();
  for (const data of ['after', 'after, 漢', 'last']) {
    await turns(4);
    log.push(await app.bus.publish(name, data));
  }
  page.endWith(log);
  await reading;
  return log;
}
