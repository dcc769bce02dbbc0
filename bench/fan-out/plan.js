/**
 * @typedef {object} Plan
 * @property {number[]} connections
 * @property {{ perTurn: number, deliveries: number }[]} loads events per turn, and how many deliveries a sample is at least
 * @property {number} samples of every contender at every load, taken in turns
 * @property {{ base: number, connections: number, samples: number }} [idle] memory of how many, beyond a base
 */

/** @type {Plan} */
export const FULL = {
  connections: [100, 1_000, 5_000],
  loads: [
    { perTurn: 1, deliveries: 20_000 },
    { perTurn: 10, deliveries: 60_000 },
  ],
  samples: 5,
  idle: { base: 1_000, connections: 5_000, samples: 3 },
};

/** @type {Plan} */
export const QUICK = {
  connections: [100, 1_000],
  loads: [
    { perTurn: 1, deliveries: 10_000 },
    { perTurn: 10, deliveries: 30_000 },
  ],
  samples: 3,
};

/**
 * The part of it for which a process may open enough files.
 * @param {Plan} plan
 * @param {number} files
 * @returns {Plan}
 */
export function within(plan, files) {
  const most = files - 200;
  const { idle } = plan;
  return {
    ...plan,
    connections: plan.connections.filter((connections) => connections <= most),
    idle: idle && idle.base + idle.connections <= most ? idle : undefined,
  };
}
