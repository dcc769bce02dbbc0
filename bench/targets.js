import { median } from './statistics.js';

/**
 * @typedef {object} Results
 * @property {import('./measure-delivery.js').Delivery[]} delivery
 * @property {Map<string, import('./measure-memory.js').Memory[]>} memory
 *
 * @typedef {{ text: string, limit: string, values: { label: string, text: string, met: boolean }[] }} Verdict
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
const FLAT_WITHIN = 1.25;
const MEMORY_WITHIN = 1.3;

/**
 * What was promised, and whether it is so.
 * @param {Results} results
 * @returns {Verdict[]}
 */
export function verdicts(results) {
  return [...timesLess(results), ...flat(results), ...memory(results)].filter(
    ({ values }) => values.length > 0,
  );
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
    text: `CPU of ${ours}, dearest over cheapest number of connections`,
    limit: `≤ ${FLAT_WITHIN}`,
    values: [1, 10].flatMap((perTurn) => {
      const costs = delivery
        .filter((at) => at.perTurn === perTurn && at.samples.has(ours))
        .map(({ samples }) => cost(samples, ours));
      if (costs.length < 2) return [];
      const spread = Math.max(...costs) / Math.min(...costs);
      return { label: `${perTurn} per turn`, text: spread.toFixed(2), met: spread <= FLAT_WITHIN };
    }),
  }));
}

/** @param {Results} results */
function memory({ memory }) {
  const ours = memory.get('realtime-sse');
  const bare = memory.get('node-http');
  const values = /** @type {const} */ (['rss', 'heap']).flatMap((kind) => {
    if (!ours || !bare) return [];
    const ratio = median(ours.map((at) => at[kind])) / median(bare.map((at) => at[kind]));
    return { label: kind, text: ratio.toFixed(2), met: ratio <= MEMORY_WITHIN };
  });
  return [{ text: 'Idle memory of realtime-sse over node-http', limit: `≤ ${MEMORY_WITHIN}`, values }];
}

/**
 * @param {Map<string, number[]>} samples
 * @param {string} name
 */
function cost(samples, name) {
  return median(samples.get(name) ?? []);
}
