import { Pair } from './pair.js';

const WARM_UP = 200;

/**
 * Memory of the server per idle connection, each time in a fresh process that has served connections before.
 *
 * @typedef {{ rss: number, heap: number }} Memory bytes per connection
 *
 * @param {import('./contenders/index.js').Contender[]} contenders
 * @param {import('./plan.js').Plan} plan
 * @param {import('./cores.js').Cores} cores
 * @param {(what: string) => void} progress
 * @returns {Promise<Map<string, Memory[]>>} by contender
 */
export async function measureMemory(contenders, plan, cores, progress) {
  /** @type {Map<string, Memory[]>} */
  const samples = new Map(contenders.map(({ name }) => [name, []]));
  for (let round = 1; round <= plan.idleSamples; round++) {
    for (const contender of contenders) {
      progress(
        `memory of ${plan.idleConnections} idle connections, round ${round} of ${plan.idleSamples}: ${contender.name}`,
      );
      samples.get(contender.name)?.push(await sample(contender, plan.idleConnections, cores));
    }
  }
  return samples;
}

/**
 * @param {import('./contenders/index.js').Contender} contender
 * @param {number} connections
 * @param {import('./cores.js').Cores} cores
 * @returns {Promise<Memory>}
 */
async function sample(contender, connections, cores) {
  const pair = new Pair(contender, cores, ['--expose-gc']);
  try {
    await pair.start();
    await pair.open(WARM_UP);
    await pair.closeAll();
    const before = await pair.memory();
    await pair.open(connections);
    const after = await pair.memory();
    return {
      rss: (after.rss - before.rss) / connections,
      heap: (after.heap - before.heap) / connections,
    };
  } finally {
    await pair.stop();
  }
}
