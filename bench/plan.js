/**
 * @typedef {object} Plan
 * @property {number[]} connections
 * @property {{ perTurn: number, deliveries: number }[]} loads events per turn, and how many deliveries a sample is at least
 * @property {number} samples of every contender at every load, taken in turns
 * @property {number} idleConnections over which idle memory is measured
 * @property {number} idleSamples
 */

/** @type {Plan} */
export const FULL = {
  connections: [100, 1_000, 5_000],
  loads: [
    { perTurn: 1, deliveries: 30_000 },
    { perTurn: 10, deliveries: 100_000 },
  ],
  samples: 5,
  idleConnections: 5_000,
  idleSamples: 3,
};

/** @type {Plan} */
export const QUICK = {
  connections: [100, 1_000],
  loads: [
    { perTurn: 1, deliveries: 15_000 },
    { perTurn: 10, deliveries: 50_000 },
  ],
  samples: 3,
  idleConnections: 1_000,
  idleSamples: 1,
};

/**
 * Less of it, if a process may not open as many files as the plan needs.
 * @param {Plan} plan
 * @param {number} files
 * @returns {Plan}
 */
export function within(plan, files) {
  const most = files - 200;
  if (most >= Math.max(...plan.connections, plan.idleConnections)) return plan;
  return {
    ...plan,
    connections: plan.connections.filter((connections) => connections <= most),
    idleConnections: Math.min(plan.idleConnections, most),
  };
}
