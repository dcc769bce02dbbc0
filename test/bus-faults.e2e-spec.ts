import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type LogEvent, memoryEngine, type Position } from 'nestjs-realtime';
import { Feeds } from '../libs/realtime/src/bus/feeds.js';
import type { Reader } from '../libs/realtime/src/bus/reader.js';
import { CollectingSink } from './support/collecting-sink.js';
import { FaultyEngine } from './support/faulty-engine.js';
import { ReaderStory } from './support/reader-story.js';
import { turns } from './support/turns.js';

/** What may go wrong in a run; each list is gone through again and again. */
interface Faults {
  /** How many turns an answer of the log takes, on each way. */
  readonly delays: readonly number[];
  /** Which announcements are lost. */
  readonly losses: readonly boolean[];
  /** Which writes leave a sink full. */
  readonly full: readonly boolean[];
  readonly maxEvents: number;
  /** Whether nothing is published any more after the last fault. */
  readonly quiet: boolean;
}

type Step =
  | { readonly do: 'publish'; readonly topics: readonly string[] }
  | { readonly do: 'turns'; readonly count: number }
  | { readonly do: 'read'; readonly topics: readonly string[]; readonly since: number }
  | { readonly do: 'resume' }
  | { readonly do: 'advance' }
  | { readonly do: 'close'; readonly which: number };

class Run {
  readonly engine = new FaultyEngine(memoryEngine());
  readonly feeds = new Feeds(this.engine);
  private readonly log: LogEvent[] = [];
  private readonly places: Position[] = [];
  private readonly open: { reader: Reader; sink: CollectingSink; story: ReaderStory }[] = [];
  private readonly closed: { sink: CollectingSink; told: number }[] = [];
  private readonly full: () => boolean;
  private readonly pending: Promise<void>[] = [];

  constructor(
    { delays, losses, full }: Faults,
    private readonly topics: readonly string[],
  ) {
    const delay = cycle(delays, 0);
    const loses = cycle(losses, false);
    this.full = cycle(full, false);
    this.engine.drops = () => loses();
    this.engine.travel = () => turns(delay());
    this.engine.around = async (_, run) => {
      await turns(delay());
      const answer = await run();
      await turns(delay());
      return answer;
    };
  }

  async start(maxEvents: number): Promise<void> {
    await this.engine.start({ maxEvents, maxAgeMs: 1e12, maxBytes: 1e12, idempotencyMs: 1 });
    this.places.push(await this.engine.head());
  }

  async execute(step: Step, lossy: boolean): Promise<void> {
    if (step.do === 'publish') for (const topic of step.topics) await this.publish(topic);
    else if (step.do === 'turns') await turns(step.count);
    else if (step.do === 'read') this.read(step.topics, step.since, lossy);
    else if (step.do === 'resume') this.open.forEach(({ reader }) => reader.resume());
    else if (step.do === 'advance') this.pending.push(this.feeds.advance());
    else this.close(step.which);
  }

  /**
   * The network recovers. A last event on every topic, or else a heartbeat, shows what was lost: everybody has
   * been told everything, and leaves.
   */
  async end(quietly: boolean): Promise<void> {
    this.engine.drops = () => false;
    for (const { sink } of this.open) sink.accepts = () => true;
    if (!quietly) for (const topic of this.topics) await this.publish(topic);
    for (const { reader } of this.open) reader.resume();
    if (quietly) await this.heartbeat();
    for (const { story } of this.open) await story.end();
    await Promise.all(this.pending);
    for (const { reader } of this.open) reader.close();
    // What was still on its way to open or heal a feed ends itself.
    await turns(200);
  }

  private async heartbeat(): Promise<void> {
    // Waits for what is still on its way, and for the feeds to open and to heal.
    await this.engine.head();
    await turns(100);
    await this.feeds.advance();
  }

  /** How many closed readers were told more. */
  get disturbed(): number {
    return this.closed.filter(({ sink, told }) => sink.told.length > told).length;
  }

  private async publish(topic: string): Promise<void> {
    const event = await this.engine.publish({ topic, type: 'message', json: '1' });
    this.log.push(event);
    this.places.push(event.position);
  }

  private read(topics: readonly string[], index: number, lossy: boolean): void {
    const since = this.places[index % this.places.length]!;
    const sink = new CollectingSink();
    sink.accepts = () => !this.full();
    const reader = this.feeds.reader(topics, sink);
    this.open.push({ reader, sink, story: new ReaderStory(this.log, topics, since, sink, lossy) });
    void reader.start(since);
  }

  private close(which: number): void {
    const [entry] = this.open.splice(which % (this.open.length || 1), 1);
    if (!entry) return;
    entry.reader.close();
    this.closed.push({ sink: entry.sink, told: entry.sink.told.length });
  }
}

function cycle<Item>(items: readonly Item[], fallback: Item): () => Item {
  let next = 0;
  return () => items[next++ % items.length] ?? fallback;
}

function faults(losing: boolean, maxEvents: readonly number[]): fc.Arbitrary<Faults> {
  const rarely = fc.oneof({ arbitrary: fc.constant(false), weight: 3 }, fc.constant(true));
  return fc.record({
    delays: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 10 }),
    losses: losing ? fc.array(rarely, { maxLength: 10 }) : fc.constant([]),
    full: fc.array(rarely, { maxLength: 10 }),
    maxEvents: fc.constantFrom(...maxEvents),
    quiet: fc.boolean(),
  });
}

function steps(topics: readonly string[]): fc.Arbitrary<Step[]> {
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      arbitrary: fc.record({
        do: fc.constant('publish' as const),
        topics: fc.array(fc.constantFrom(...topics), { minLength: 1, maxLength: 4 }),
      }),
      weight: 4,
    },
    {
      arbitrary: fc.record({
        do: fc.constant('read' as const),
        topics: fc.subarray([...topics], { minLength: 1 }),
        since: fc.nat(),
      }),
      weight: 3,
    },
    { arbitrary: fc.record({ do: fc.constant('turns' as const), count: fc.nat(4) }), weight: 3 },
    { arbitrary: fc.record({ do: fc.constant('resume' as const) }), weight: 1 },
    { arbitrary: fc.record({ do: fc.constant('advance' as const) }), weight: 1 },
    { arbitrary: fc.record({ do: fc.constant('close' as const), which: fc.nat() }), weight: 1 },
  );
  return fc.array(step, { maxLength: 40 });
}

interface Story {
  readonly topics: readonly string[];
  readonly losing: boolean;
  readonly maxEvents: readonly number[];
}

const MANY = [1_000];
const FEW = [1, 2, 4, 1_000];

it.each<[string, Story, boolean]>([
  ['late answers', { topics: ['a', 'b', 'c'], losing: false, maxEvents: MANY }, false],
  [
    'late answers while the log is trimmed',
    { topics: ['a', 'b', 'c'], losing: false, maxEvents: FEW },
    false,
  ],
  ['lost announcements of one topic', { topics: ['a'], losing: true, maxEvents: MANY }, false],
  ['lost announcements while the log is trimmed', { topics: ['a'], losing: true, maxEvents: FEW }, false],
  ['lost announcements of several topics', { topics: ['a', 'b', 'c'], losing: true, maxEvents: FEW }, true],
])(
  'every event once and in order, or a reset, whatever is slow, full or closed: %s',
  async (_, story, lossy) => {
    await fc.assert(
      fc.asyncProperty(faults(story.losing, story.maxEvents), steps(story.topics), async (faulty, todo) => {
        const run = new Run(faulty, story.topics);
        await run.start(faulty.maxEvents);
        for (const step of todo) await run.execute(step, lossy);
        await run.end(faulty.quiet);
        const { disturbed, feeds, engine } = run;
        expect([disturbed, feeds.size, engine.listening]).toEqual([0, 0, 0]);
      }),
      { numRuns: 300 },
    );
  },
);
