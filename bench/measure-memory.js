import { Pair } from './pair.js';

/**
 * Memory of the server per idle connection, each time in a fresh process, beyond the connections that it takes
 * for the young generation of the heap to be as large as it gets.
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
  for (let round = 1; round <= plan.idle.samples; round++) {
    for (const contender of contenders) {
      progress(
        `memory of ${plan.idle.connections} idle connections, round ${round} of ${plan.idle.samples}: ${contender.name}`,
      );
      samples.get(contender.name)?.push(await sample(contender, plan.idle, cores));
    }
  }
  return samples;
}

/**
 * @param {import('./contenders/index.js').Contender} contender
 * @param {import('./plan.js').Plan['idle']} idle
 * @param {import('./cores.js').Cores} cores
 * @returns {Promise<Memory>}
 */
async function sample(contender, { base, connections }, cores) {
  const pair = new Pair(contender, cores);
  try {
    await pair.start();
    await pair.open(base);
    const before = await pair.memory();
    await pair.open(base + connections);
    const after = await pair.memory();
    return {
      rss: (after.rss - before.rss) / connections,
      heap: (after.heap - before.heap) / connections,
    };
  } finally {
    await pair.stop();
  }
}
