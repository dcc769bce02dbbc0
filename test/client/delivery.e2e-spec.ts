import { describe, expect, it } from '@jest/globals';
import { memoryEngine } from 'nestjs-realtime';
import { deliver } from '../contracts/delivery/deliver.js';
import { withSeed } from '../support/seeded-random.js';
import { deliveryClient } from './delivery-client.js';

const SCALE = { events: 2_000, cuts: 10 };

describe('the client, cut off at any byte', () => {
  it('tells every event once and in order, by each transport and by all of them', () =>
    withSeed(async (random) => {
      const engine = memoryEngine();
      const outcome = await deliver(
        {
          engines: [engine, engine],
          clients: (nodes) =>
            Promise.all([
              deliveryClient(['websocket'], nodes, random.fork()),
              deliveryClient(['sse'], nodes, random.fork()),
              deliveryClient(['long-poll'], nodes, random.fork()),
              deliveryClient(['websocket', 'sse', 'long-poll', 'short-poll'], nodes, random.fork()),
              deliveryClient(['websocket', 'sse', 'long-poll', 'short-poll'], nodes, random.fork()),
            ]),
        },
        SCALE,
        random,
      );
      expect(outcome).toEqual({ faults: [], resets: 0, failures: 0 });
    }));
});
