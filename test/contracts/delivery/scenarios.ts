import type { RealtimeEngine } from 'nestjs-realtime';
import { FaultyEngine } from '../../support/faulty-engine.js';
import type { SeededRandom } from '../../support/seeded-random.js';
import { turns } from '../../support/turns.js';
import { everybody, everyTransport, NOW, readersOfOne, wanderers } from './clients.js';
import type { Delivery } from './deliver.js';

/** Engines over one new log, one for each node. `now` is the log's clock. */
export type EnginesFactory = (now?: () => number) => readonly RealtimeEngine[];

export interface Scenario {
  readonly name: string;
  /** Whether history is lost on purpose. */
  readonly loses?: boolean;
  /** Whether the log fails on purpose. */
  readonly fails?: boolean;
  readonly delivery: (engines: EnginesFactory, random: SeededRandom) => Delivery;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'each transport on Express',
    delivery: (engines, random) => ({
      engines: engines(),
      clients: async ([express]) => [
        ...(await everyTransport([express!], random)),
        ...(await readersOfOne([express!], random)),
      ],
    }),
  },
  {
    name: 'each transport on Fastify',
    delivery: (engines, random) => ({
      engines: engines(),
      clients: async ([, fastify]) => [
        ...(await everyTransport([fastify!], random)),
        ...(await readersOfOne([fastify!], random)),
      ],
    }),
  },
  {
    name: 'another transport, another node, the same cursor',
    delivery: (engines, random) => ({
      engines: engines(),
      clients: (nodes) => wanderers(nodes, random),
    }),
  },
  {
    name: 'a log that soon forgets',
    loses: true,
    delivery: (engines, random) => ({
      engines: engines(),
      retention: { maxEvents: 4 },
      clients: (nodes) => everybody(nodes, random, NOW),
    }),
  },
  {
    name: 'a clock that stands still and goes back',
    delivery: (engines, random) => {
      const time = random.fork();
      let ms = Date.now();
      return {
        engines: engines(() => (ms += time.pick([0, 0, 0, 0, 1, -1, -1_000, 900]))),
        clients: (nodes) => wanderers(nodes, random),
      };
    },
  },
  {
    name: 'deploys, one node after the other',
    delivery: (engines, random) => ({
      engines: engines(),
      clients: (nodes) => everybody(nodes, random),
      meanwhile: async (nodes, isOver) => {
        for (let turn = 0; !isOver(); turn++) {
          await nodes[turn % nodes.length]!.restart();
          await turns(100);
        }
      },
    }),
  },
  {
    name: 'a log that answers late',
    delivery: (engines, random) => {
      const faulty = engines().map((engine) => new FaultyEngine(engine));
      for (const engine of faulty) slowDown(engine, random.fork());
      return {
        engines: faulty,
        clients: (nodes) => everybody(nodes, random),
      };
    },
  },
  {
    name: 'a log that answers late and soon forgets',
    loses: true,
    delivery: (engines, random) => {
      const faulty = engines().map((engine) => new FaultyEngine(engine));
      for (const engine of faulty) slowDown(engine, random.fork());
      return {
        engines: faulty,
        retention: { maxEvents: 20 },
        clients: (nodes) => everybody(nodes, random, NOW),
      };
    },
  },
  {
    name: 'a log that fails now and then',
    fails: true,
    delivery: (engines, random) => {
      const faulty = engines().map((engine) => new FaultyEngine(engine));
      return {
        engines: faulty,
        clients: (nodes) => everybody(nodes, random),
        // Not from the start: without a log, an application does not start.
        meanwhile: async () => faulty.forEach((engine) => failOften(engine, random.fork())),
        recover: () => faulty.forEach((engine) => (engine.around = (_, run) => run())),
      };
    },
  },
  {
    name: 'announcements that are late and lost',
    delivery: (engines, random) => {
      const faulty = engines().map((engine) => new FaultyEngine(engine));
      for (const engine of faulty) {
        const chance = random.fork();
        slowDown(engine, chance);
        engine.drops = () => chance.chance(0.2);
      }
      return {
        engines: faulty,
        // Of one topic: a hole is seen with the topic's next event, before that is passed on.
        clients: (nodes) => readersOfOne(nodes, random),
        recover: () => faulty.forEach((engine) => (engine.drops = () => false)),
      };
    },
  },
];

/** Answers and announcements take a few turns. */
function slowDown(engine: FaultyEngine, random: SeededRandom): void {
  const wait = () => turns(random.integer(0, 4));
  engine.travel = wait;
  engine.around = async (_, run) => {
    await wait();
    const answer = await run();
    await wait();
    return answer;
  };
}

/** Every twentieth answer is none. What is published arrives. */
function failOften(engine: FaultyEngine, random: SeededRandom): void {
  engine.around = async (operation, run) => {
    const answer = await run();
    if (operation !== 'publish' && random.chance(0.05)) throw new Error(`The log is away: ${operation}.`);
    return answer;
  };
}
