import type { RealtimeEngine } from 'nestjs-realtime';
import { FaultyEngine } from '../../support/faulty-engine.js';
import type { TransportReader } from '../../support/readers/transport-reader.js';
import type { SeededRandom } from '../../support/seeded-random.js';
import { turns } from '../../support/turns.js';
import { Client, Ways } from './client.js';
import type { Delivery } from './deliver.js';
import { type Node, ONE, TOPICS } from './nodes.js';
import { Story } from './story.js';
import { ONE_TOPIC_TRANSPORTS, TRANSPORTS } from './transports.js';

/** Engines over one new log, one for each node. `now` is the log's clock. */
export type EnginesFactory = (now?: () => number) => readonly RealtimeEngine[];

export interface Scenario {
  readonly name: string;
  /** Whether history is lost on purpose. */
  readonly loses?: boolean;
  readonly delivery: (engines: EnginesFactory, random: SeededRandom) => Delivery;
}

/** Where a client begins that has no cursor yet. */
type Beginning = 'earliest' | undefined;
const ANYWHERE: readonly Beginning[] = ['earliest', undefined];
/** Of a log that forgets, what is kept has holes. */
const NOW: readonly Beginning[] = [undefined];

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
      clients: async (nodes) => [
        ...(await everyTransport(nodes, random, NOW)),
        ...(await wanderers(nodes, random, NOW)),
      ],
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
      clients: async (nodes) => [
        ...(await everyTransport(nodes, random)),
        ...(await wanderers(nodes, random)),
      ],
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
        clients: async (nodes) => [
          ...(await everyTransport(nodes, random)),
          ...(await wanderers(nodes, random)),
        ],
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
        clients: async (nodes) => [
          ...(await everyTransport(nodes, random, NOW)),
          ...(await wanderers(nodes, random, NOW)),
        ],
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

function everyTransport(
  nodes: readonly Node[],
  random: SeededRandom,
  beginnings: readonly Beginning[] = ANYWHERE,
): Promise<Client[]> {
  return Promise.all(
    TRANSPORTS.map((transport) => client([transport], TOPICS, nodes, random, random.pick(beginnings))),
  );
}

/** Clients that come back anywhere and by any transport. */
function wanderers(
  nodes: readonly Node[],
  random: SeededRandom,
  beginnings: readonly Beginning[] = ANYWHERE,
): Promise<Client[]> {
  return Promise.all(
    Array.from({ length: 6 }, () => client(TRANSPORTS, TOPICS, nodes, random, random.pick(beginnings))),
  );
}

function readersOfOne(nodes: readonly Node[], random: SeededRandom): Promise<Client[]> {
  const choices = [...ONE_TOPIC_TRANSPORTS.map((transport) => [transport]), ONE_TOPIC_TRANSPORTS];
  return Promise.all(
    choices.map((transports) => client(transports, [ONE], nodes, random, random.pick(ANYWHERE))),
  );
}

async function client(
  transports: readonly TransportReader[],
  topics: readonly string[],
  nodes: readonly Node[],
  random: SeededRandom,
  beginning: Beginning,
): Promise<Client> {
  const ways = await Ways.to(nodes, random, topics.length / TOPICS.length);
  return new Client(transports, ways, new Story(topics, beginning), random.fork());
}
