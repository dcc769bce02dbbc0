import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { type LogPage, Position, type Retention, type Since } from 'nestjs-realtime';
import type { EngineTraits, EngineUnderTest, OpenEngines } from './engine-kit.js';
import { LogModel } from './log-model.js';

type Command =
  | {
      readonly do: 'publish';
      readonly topic: string;
      readonly size: number;
      readonly key: string | undefined;
    }
  | { readonly do: 'clock'; readonly ms: number }
  | {
      readonly do: 'read';
      readonly topics: readonly string[];
      readonly since: SinceChoice;
      readonly limit: number;
      readonly maxBytes: number;
    };

type SinceChoice =
  | { readonly at: 'earliest' | 'latest' | 'foreign' | 'ahead' }
  | { readonly at: 'place'; readonly index: number }
  | { readonly at: 'date'; readonly agoMs: number };

const TOPICS = ['a', 'b', 'c', 'd'];

/** Random logs with random readers, against an array. */
export function model(open: OpenEngines, traits: EngineTraits): void {
  describe('against a model', () => {
    it('never reads a silent gap: every event after the cursor, or a reset that is due', async () => {
      await fc.assert(
        fc.asyncProperty(
          retentions(traits),
          fc.array(command(traits), { minLength: 1, maxLength: 60 }),
          async (retention, commands) => {
            const run = await ModelRun.begin(await open(retention), retention);
            for (const next of commands) await run.execute(next);
            await run.end();
          },
        ),
        { numRuns: traits.runs * 2 },
      );
    });
  });
}

/** One random log with its model. */
class ModelRun {
  private constructor(
    private readonly under: EngineUnderTest,
    private readonly log: LogModel,
    private readonly places: Position[],
  ) {}

  static async begin(under: EngineUnderTest, retention: Retention): Promise<ModelRun> {
    return new ModelRun(under, new LogModel(retention, under.clock.now), [await under.engine.head()]);
  }

  async execute(command: Command): Promise<void> {
    if (command.do === 'clock') this.under.clock.advance(command.ms);
    else if (command.do === 'publish') await this.publish(command);
    else await this.read(command);
  }

  async end(): Promise<void> {
    await this.read({ do: 'read', topics: TOPICS, since: { at: 'earliest' }, limit: 1_000, maxBytes: 1e9 });
    await this.under.close();
  }

  private async publish({ topic, size, key }: Command & { do: 'publish' }): Promise<void> {
    const draft = { topic, type: 'message', json: JSON.stringify('ü'.repeat(size)), idempotencyKey: key };
    const event = await this.under.engine.publish(draft);
    this.log.publish(draft, event);
    this.places.push(event.position);
  }

  private async read({ topics, since: choice, limit, maxBytes }: Command & { do: 'read' }): Promise<void> {
    const head = await this.under.engine.head();
    const since = this.since(choice, head);
    const query = { since, limit, maxBytes };
    const page: LogPage = await this.under.engine.read(topics, query);
    this.log.read(topics, this.position(since, head), query, page, head);
    this.places.push(page.cursor);
  }

  private since(choice: SinceChoice, { epoch, ms, seq }: Position): Since {
    if (choice.at === 'place') return this.places[choice.index % this.places.length]!;
    if (choice.at === 'date') return new Date(this.under.clock.ms - choice.agoMs);
    if (choice.at === 'foreign') return new Position('foreign', ms, seq);
    if (choice.at === 'ahead') return new Position(epoch, ms, seq + 1);
    return choice.at;
  }

  private position(since: Since, head: Position): Position | undefined {
    if (since === 'earliest') return undefined;
    if (since === 'latest') return head;
    if (since instanceof Position) return since;
    const before = new Position(head.epoch, since.getTime() - 1, Number.MAX_SAFE_INTEGER);
    return before.isAfter(head) ? head : before;
  }
}

function retentions({ clock, maxBytes }: EngineTraits): fc.Arbitrary<Retention> {
  return fc.record({
    maxEvents: fc.constantFrom(1, 2, 5, 1_000),
    maxAgeMs: clock ? fc.constantFrom(100, 1_000, 1e12) : fc.constant(1e12),
    maxBytes: maxBytes ? fc.constantFrom(4_000, 40_000, 1e9) : fc.constant(1e9),
    idempotencyMs: clock ? fc.constantFrom(100, 10_000) : fc.constant(1e9),
  });
}

function command({ clock }: EngineTraits): fc.Arbitrary<Command> {
  const publish: fc.Arbitrary<Command> = fc.record({
    do: fc.constant('publish'),
    topic: fc.constantFrom(...TOPICS),
    size: fc.constantFrom(0, 10, 1_000),
    key: fc.option(fc.constantFrom('x', 'y'), { nil: undefined, freq: 3 }),
  });
  const read: fc.Arbitrary<Command> = fc.record({
    do: fc.constant('read'),
    topics: fc.subarray(TOPICS),
    since: since(clock),
    limit: fc.constantFrom(1, 2, 3, 1_000),
    maxBytes: fc.constantFrom(1, 100, 1e9),
  });
  const move: fc.Arbitrary<Command> = fc.record({
    do: fc.constant('clock'),
    ms: fc.constantFrom(0, 1, 60, 200, 2_000, -1, -500),
  });
  const both = [
    { arbitrary: publish, weight: 5 },
    { arbitrary: read, weight: 4 },
  ];
  return fc.oneof(...(clock ? [...both, { arbitrary: move, weight: 2 }] : both));
}

function since(clock: boolean): fc.Arbitrary<SinceChoice> {
  const place = fc.record({ at: fc.constant('place' as const), index: fc.nat() });
  const named = fc.record({ at: fc.constantFrom('earliest' as const, 'latest', 'foreign', 'ahead') });
  const date = fc.record({ at: fc.constant('date' as const), agoMs: fc.integer({ min: -500, max: 3_000 }) });
  return fc.oneof(...(clock ? [place, place, named, date] : [place, place, named]));
}
