import type { TransportReader } from '../../support/readers/transport-reader.js';
import type { SeededRandom } from '../../support/seeded-random.js';
import { Client, Ways } from './client.js';
import { type Node, ONE, TOPICS } from './nodes.js';
import { Story } from './story.js';
import { ONE_TOPIC_TRANSPORTS, TRANSPORTS } from './transports.js';

/** Where a client begins that has no cursor yet. */
type Beginning = 'earliest' | undefined;
const ANYWHERE: readonly Beginning[] = ['earliest', undefined];
/** Of a log that forgets, what is kept has holes. */
export const NOW: readonly Beginning[] = [undefined];

/** A client for each transport. */
export function everyTransport(
  nodes: readonly Node[],
  random: SeededRandom,
  beginnings: readonly Beginning[] = ANYWHERE,
): Promise<Client[]> {
  return Promise.all(
    TRANSPORTS.map((transport) => client([transport], TOPICS, nodes, random, random.pick(beginnings))),
  );
}

/** Clients that come back anywhere and by any transport. */
export function wanderers(
  nodes: readonly Node[],
  random: SeededRandom,
  beginnings: readonly Beginning[] = ANYWHERE,
): Promise<Client[]> {
  return Promise.all(
    Array.from({ length: 6 }, () => client(TRANSPORTS, TOPICS, nodes, random, random.pick(beginnings))),
  );
}

export async function everybody(
  nodes: readonly Node[],
  random: SeededRandom,
  beginnings: readonly Beginning[] = ANYWHERE,
): Promise<Client[]> {
  return [
    ...(await everyTransport(nodes, random, beginnings)),
    ...(await wanderers(nodes, random, beginnings)),
  ];
}

/** Clients of one topic: one for each transport, and one that takes any. */
export function readersOfOne(nodes: readonly Node[], random: SeededRandom): Promise<Client[]> {
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
