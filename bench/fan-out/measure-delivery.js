import { Pair } from './pair.js';

/** Until all of a contender's code is compiled by the optimising compiler. */
const HEAT_UP = Object.freeze({ connections: 50, turns: 300, perTurn: 10, gapMs: 0 });
/** The first turns on new connections are dearer, in the kernel as well as in JavaScript. */
const WARM_UP_TURNS = 20;
const LEAST_TURNS = 4;

/**
 * CPU per delivery of every contender, at every number of connections and load. The contenders take turns, so
 * that whatever else the machine does meets all of them alike; connections are open to one of them at a time,
 * for those of the others would compete for the processor's caches.
 *
 * @typedef {{ connections: number, perTurn: number, samples: Map<string, number[]> }} Delivery
 *   `samples`: microseconds per delivery by contender
 *
 * @param {import('./contenders/index.js').Contender[]} contenders
 * @param {import('./plan.js').Plan} plan
 * @param {import('../shared/cores.js').Cores} cores
 * @param {(what: string) => void} progress
 * @param {string[]} [flags] for the servers' Node
 * @returns {Promise<Delivery[]>}
 */
export async function measureDelivery(contenders, plan, cores, progress, flags) {
  const pairs = contenders.map((contender) => new Pair(contender, cores, flags));
  const results = plan.connections.flatMap((connections) =>
    plan.loads.map((load) => ({ connections, ...load, samples: new Map(pairs.map(emptySamples)) })),
  );
  const rounds = plan.connections.flatMap((connections) =>
    Array.from({ length: plan.samples }, (_, index) => ({ connections, number: index + 1 })),
  );
  try {
    for (const pair of pairs) {
      progress(`starting: ${pair.contender.name}`);
      await pair.start();
      await pair.open(HEAT_UP.connections);
      await pair.measure(HEAT_UP);
      await pair.closeAll();
    }
    for (const { connections, number } of rounds) {
      const stages = results.filter((at) => at.connections === connections);
      for (const pair of pairs) {
        progress(`${connections} connections, round ${number} of ${plan.samples}: ${pair.contender.name}`);
        await measureStages(pair, connections, stages);
      }
    }
    return results;
  } finally {
    await Promise.all(pairs.map((pair) => pair.stop()));
  }
}

/**
 * @param {Pair} pair
 * @returns {[string, number[]]}
 */
function emptySamples({ contender }) {
  return [contender.name, []];
}

/**
 * @param {Pair} pair
 * @param {number} connections
 * @param {(Delivery & { deliveries: number })[]} stages
 */
async function measureStages(pair, connections, stages) {
  // Time for the readers to read, so that no contender is measured at writing into full sockets.
  const gapMs = 2 + connections / 200;
  await pair.open(connections);
  // Of the opening, which is not what is measured.
  await pair.collectGarbage();
  await pair.measure({ turns: WARM_UP_TURNS, perTurn: 1, gapMs });
  for (const { perTurn, deliveries, samples } of stages) {
    const turns = Math.max(LEAST_TURNS, Math.round(deliveries / connections / perTurn));
    samples.get(pair.contender.name)?.push(await pair.measure({ turns, perTurn, gapMs }));
  }
  await pair.closeAll();
}
