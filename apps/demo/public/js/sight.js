/**
 * @typedef {import('../../src/restaurant/serving.js').Serving} Serving
 * @typedef {import('../../src/restaurant/serving.js').Cake} Cake
 * @typedef {import('nestjs-realtime-protocol').TopicEvent<any>} TopicEvent
 */

/**
 * One thing to be seen at the table, whichever way it came.
 *
 * @typedef {object} Sight
 * @property {'order' | 'cake' | 'call'} series Within a series sights count from 1 without gaps.
 * @property {number} n
 * @property {string} label
 * @property {number} time When it happened, milliseconds since 1970 by the server's clock.
 */

/** @param {Serving} serving @returns {Sight} */
export function servingSight({ n, type, what, time }) {
  const label = type === 'dish.served' ? what : 'Leftovers fetched';
  return { series: 'order', n, label, time: Date.parse(time) };
}

/** @param {Cake} cake @returns {Sight} */
export function cakeSight({ n, time }) {
  return { series: 'cake', n, label: 'Birthday cake', time: Date.parse(time) };
}

/**
 * A driver's call as the charity counts it.
 * @param {Serving & { call: NonNullable<Serving['call']> }} serving
 * @returns {Sight}
 */
export function callSight({ what, time, call }) {
  const portions = call.portions === 1 ? '1 portion' : `${call.portions} portions`;
  return { series: 'call', n: call.n, label: `${what}: ${portions}`, time: Date.parse(time) };
}

/** @param {TopicEvent} event @returns {Sight} */
export function eventSight({ type, data }) {
  return type === 'cake.served' ? cakeSight(data) : servingSight(data);
}

/** @param {Sight} sight */
export function sightKey({ series, n }) {
  return `${series} ${n}`;
}
