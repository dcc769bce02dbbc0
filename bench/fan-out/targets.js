import { median } from '../shared/statistics.js';

/**
 * @typedef {object} Results
 * @property {import('./measure-delivery.js').Delivery[]} delivery
 * @property {Map<string, import('./measure-memory.js').Memory[]>} memory
 */

/** How many times less CPU per delivery `ours` has to take than `theirs`. */
const TIMES_LESS = [
  { ours: 'realtime-sse', theirs: 'nest-sse', perTurn: 1, atLeast: 3 },
  { ours: 'realtime-sse', theirs: 'better-sse', perTurn: 1, atLeast: 1.5 },
  { ours: 'realtime-sse', theirs: 'nest-sse', perTurn: 10, atLeast: 15 },
  { ours: 'realtime-sse', theirs: 'better-sse', perTurn: 10, atLeast: 5 },
  { ours: 'realtime-socket', theirs: 'socket-io', perTurn: 1, atLeast: 1 },
  { ours: 'realtime-socket', theirs: 'socket-io', perTurn: 10, atLeast: 4 },
];
/** What cannot be done cheaper. */
const LEAST = 'node-socket';
const FLAT_WITHIN = 1.25;
const MEMORY_WITHIN = 1.3;

/**
 * What was promised, and whether it is so.
 * @param {Results} results
 * @returns {import('../shared/markdown.js').Verdict[]}
 */
export function verdicts(results) {
  return [...timesLess(results), ...flat(results), memory(results)].filter(({ values }) => values.length > 0);
}

/** @param {Results} results */
function timesLess({ delivery }) {
  return TIMES_LESS.map(({ ours, theirs, perTurn, atLeast }) => ({
    text: `CPU of ${theirs} over ${ours}, ${perTurn} per turn`,
    limit: `≥ ${atLeast}`,
    values: delivery
      .filter((at) => at.perTurn === perTurn && at.samples.has(ours) && at.samples.has(theirs))
      .map(({ connections, samples }) => {
        const ratio = cost(samples, theirs) / cost(samples, ours);
        return { label: connections.toLocaleString('en'), text: ratio.toFixed(2), met: ratio >= atLeast };
      }),
  }));
}

/** @param {Results} results */
function flat({ delivery }) {
  return ['realtime-sse', 'realtime-socket'].map((ours) => ({
    text: `CPU of ${ours}, dearest number of connections over cheapest`,
    limit: `≤ ${FLAT_WITHIN}`,
    values: [1, 10].flatMap((perTurn) => {
      const stages = delivery.filter((at) => at.perTurn === perTurn && at.samples.has(ours));
      if (stages.length < 2) return [];
      const ratio = spread(stages, ours);
      const least = stages[0].samples.has(LEAST) ? ` (${LEAST}: ${spread(stages, LEAST).toFixed(2)})` : '';
      return {
        label: `${perTurn} per turn`,
        text: ratio.toFixed(2) + least,
        met: ratio <= FLAT_WITHIN,
      };
    }),
  }));
}

/**
 * @param {import('./measure-delivery.js').Delivery[]} stages
 * @param {string} name
 */
function spread(stages, name) {
  const costs = stages.map(({ samples }) => cost(samples, name));
  return Math.max(...costs) / Math.min(...costs);
}

/** @param {Results} results */
function memory({ memory }) {
  const bare = inUseOf(memory, 'node-http');
  return {
    text: 'Idle memory over node-http',
    limit: `≤ ${MEMORY_WITHIN}`,
    values: ['realtime-sse', 'realtime-sse-fastify'].flatMap((name) => {
      const ours = inUseOf(memory, name);
      if (!ours || !bare) return [];
      return { label: name, text: (ours / bare).toFixed(2), met: ours / bare <= MEMORY_WITHIN };
    }),
  };
}

/**
 * @param {Results['memory']} memory
 * @param {string} name
 */
function inUseOf(memory, name) {
  const samples = memory.get(name);
  return samples && median(samples.map(({ inUse }) => inUse));
}

/**
 * @param {Map<string, number[]>} samples
 * @param {string} name
 */
function cost(samples, name) {
  return median(samples.get(name) ?? []);
}
