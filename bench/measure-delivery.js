import { Pair } from './pair.js';

/**
 * CPU per delivery of every contender, at every number of connections and load. The contenders take turns, so
 * that whatever else the machine does meets all of them alike.
 *
 * @typedef {{ connections: number, perTurn: number, samples: Map<string, number[]> }} Delivery
 *   `samples`: microseconds per delivery by contender
 *
 * @param {import('./contenders/index.js').Contender[]} contenders
 * @param {import('./plan.js').Plan} plan
 * @param {import('./cores.js').Cores} cores
 * @param {(what: string) => void} progress
 * @param {string[]} flags for the servers' Node
 * @returns {Promise<Delivery[]>}
 */
export async function measureDelivery(contenders, plan, cores, progress, flags) {
  const pairs = contenders.map((contender) => new Pair(contender, cores, flags));
  /** @type {Delivery[]} */
  const results = [];
  try {
    for (const pair of pairs) await pair.start();
    for (const connections of plan.connections) {
      for (const pair of pairs) {
        progress(`opening ${connections} connections to ${pair.contender.name}`);
        await pair.open(connections);
      }
      for (const { perTurn, deliveries } of plan.loads) {
        const load = loadOf(connections, perTurn, deliveries);
        const samples = await sample(pairs, load, plan.samples, (what) =>
          progress(`${connections} connections, ${perTurn} per turn, ${what}`),
        );
        results.push({ connections, perTurn, samples });
      }
    }
    return results;
  } finally {
    await Promise.all(pairs.map((pair) => pair.stop()));
  }
}

/**
 * @param {Pair[]} pairs
 * @param {{ turns: number, perTurn: number, gapMs: number }} load
 * @param {number} count
 * @param {(what: string) => void} progress
 */
async function sample(pairs, load, count, progress) {
  /** @type {Map<string, number[]>} */
  const samples = new Map(pairs.map(({ contender }) => [contender.name, []]));
  for (const pair of pairs) {
    progress(`warming up ${pair.contender.name}`);
    await pair.measure(load);
  }
  for (let round = 1; round <= count; round++) {
    for (const pair of pairs) {
      progress(`round ${round} of ${count}: ${pair.contender.name}`);
      samples.get(pair.contender.name)?.push(await pair.measure(load));
    }
  }
  return samples;
}

/**
 * @param {number} connections
 * @param {number} perTurn
 * @param {number} deliveries
 */
function loadOf(connections, perTurn, deliveries) {
  return {
    perTurn,
    turns: Math.max(2, Math.round(deliveries / connections / perTurn)),
    // Time for the readers to read, so that no contender is measured at writing into full sockets.
    gapMs: 2 + connections / 200,
  };
}
