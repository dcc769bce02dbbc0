import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LogEvent, Position } from 'nestjs-realtime';
import { Feeds } from '../../../libs/realtime/src/bus/feeds.js';
import { CollectingSink } from '../../support/collecting-sink.js';
import { turns } from '../../support/turns.js';
import type { EngineTraits, OpenEngines } from './engine-kit.js';
import { ids, publish } from './log-access.js';

type Step =
  | { readonly do: 'publish'; readonly topics: readonly string[] }
  | { readonly do: 'turns'; readonly count: number }
  | { readonly do: 'read'; readonly topics: readonly string[]; readonly since: number };

interface Expectation {
  readonly topics: readonly string[];
  readonly since: Position;
  readonly sink: CollectingSink;
}

const TOPICS = ['a', 'b', 'c'] as const;

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('publish' as const),
    topics: fc.array(fc.constantFrom(...TOPICS), { minLength: 1, maxLength: 5 }),
  }),
  fc.record({ do: fc.constant('turns' as const), count: fc.integer({ min: 0, max: 2 }) }),
  fc.record({
    do: fc.constant('read' as const),
    topics: fc.subarray([...TOPICS], { minLength: 1 }),
    since: fc.nat(),
  }),
);

/** History joined to live, by the classes that all transports read with. */
export function joining(open: OpenEngines, traits: EngineTraits): void {
  describe('history joined to live', () => {
    it('gives every event once, in order, whoever joins whenever', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const { engine, close } = await open();
          const feeds = new Feeds(engine);
          const places = [await engine.head()];
          const log: LogEvent[] = [];
          const expected: Expectation[] = [];
          const write = async (topics: readonly string[]) => {
            const events = await Promise.all(topics.map((topic) => publish(engine, topic)));
            log.push(...events);
            places.push(...events.map(({ position }) => position));
          };
          for (const next of steps) {
            if (next.do === 'publish') await write(next.topics);
            else if (next.do === 'turns') await turns(next.count);
            else {
              const since = places[next.since % places.length]!;
              const sink = new CollectingSink();
              void feeds.reader(next.topics, sink).start(since);
              expected.push({ topics: next.topics, since, sink });
            }
          }
          await write(TOPICS);
          for (const { topics, since, sink } of expected) {
            const wanted = log
              .filter(({ topic, position }) => topics.includes(topic) && position.isAfter(since))
              .sort((one, other) => (one.position.isAfter(other.position) ? 1 : -1));
            await sink.has(wanted.at(-1)!.id);
            expect(ids(sink.events)).toEqual(ids(wanted));
            expect(sink.resets).toEqual([]);
          }
          await close();
        }),
        { numRuns: traits.runs },
      );
    });
  });
}
