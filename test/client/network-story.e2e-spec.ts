import { describe, expect, it } from '@jest/globals';
import { memoryEngine } from 'nestjs-realtime';
import { type TransportName } from 'nestjs-realtime-client';
import { deliver, type Reader } from '../contracts/delivery/deliver.js';
import { type Node, TOPICS } from '../contracts/delivery/nodes.js';
import { Story } from '../contracts/delivery/story.js';
import { HostileProxy, type Treatment } from '../support/hostile-proxy.js';
import { type SeededRandom, withSeed } from '../support/seeded-random.js';
import { anything } from '../support/treatments.js';
import { EACH } from './client-kit.js';
import { followAll } from './delivery-client.js';
import { IMPATIENT } from './network-kit.js';

const SCALE = { events: 10_000, cuts: 1 };
const TIMING = { ...IMPATIENT.timing, steadyMs: 0, answerMs: 1_000, silenceMs: 1_000 };

describe('the client on a network where anything may happen', () => {
  it('tells thousands of events over ten topics once and in order, by each transport that need not pause and by all of them', () =>
    withSeed(async (random) => {
      const engine = memoryEngine();
      const clients = ([['websocket'], ['sse'], ['long-poll'], ALL, ALL] as const).map((transports) => ({
        transports,
        random: random.fork(),
      }));
      const outcome = await deliver(
        {
          engines: [engine, engine],
          clients: (nodes) =>
            Promise.all(clients.map((client) => hostileClient(client.transports, nodes, client.random))),
        },
        SCALE,
        random,
      );
      expect(outcome).toEqual({ faults: [], resets: 0, failures: 0 });
    }));
});

const ALL: readonly TransportName[] = EACH.flat();

/** A client that meets a fate with every request. */
async function hostileClient(
  transports: readonly TransportName[],
  nodes: readonly Node[],
  random: SeededRandom,
): Promise<Reader> {
  let isHostile = true;
  let cuts = 0;
  const treat = anything(random.fork());
  const fated: Treatment = (exchange) => {
    if (!isHostile) return exchange.pass();
    cuts++;
    treat(exchange);
  };
  const proxy = await HostileProxy.start(() => random.pick(nodes).port, fated);
  const story = new Story(TOPICS, 'earliest');
  return {
    name: `client by ${transports.join(', ')}`,
    story,
    ways: {
      get cuts() {
        return cuts;
      },
      spare() {
        isHostile = false;
      },
      [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
    },
    run: () => followAll({ url: proxy.url, transports, waitS: 1, timing: TIMING }, story),
  };
}
