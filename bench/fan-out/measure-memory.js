import { Pair } from './pair.js';

/**
 * Memory of the server per idle connection, each time in a fresh process, beyond the first connections.
 *
 * @typedef {{ inUse: number, heap: number }} Memory bytes per connection: resident, and on the heap of it
 *
 * @param {import('./contenders/index.js').Contender[]} contenders
 * @param {NonNullable<import('./plan.js').Plan['idle']>} idle
 * @param {import('../shared/cores.js').Cores} cores
 * @param {(what: string) => void} progress
 * @returns {Promise<Map<string, Memory[]>>} by contender
 */
export async function measureMemory(contenders, idle, cores, progress) {
  /** @type {Map<string, Memory[]>} */
  const samples = new Map(contenders.map(({ name }) => [name, []]));
  for (let round = 1; round <= idle.samples; round++) {
    for (const contender of contenders) {
      progress(
        `memory of ${idle.connections} idle connections, round ${round} of ${idle.samples}: ${contender.name}`,
      );
      samples.get(contender.name)?.push(await sample(contender, idle, cores));
    }
  }
  return samples;
}

/**
 * @param {import('./contenders/index.js').Contender} contender
 * @param {NonNullable<import('./plan.js').Plan['idle']>} idle
 * @param {import('../shared/cores.js').Cores} cores
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
      inUse: (after.inUse - before.inUse) / connections,
      heap: (after.heap - before.heap) / connections,
    };
  } finally {
    await pair.stop();
  }
}
