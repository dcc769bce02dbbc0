/**
 * @typedef {import('../../src/restaurant/order-events.js').Serving} Serving
 * @typedef {import('../../src/restaurant/order-events.js').Box} Box
 * @typedef {import('../../src/restaurant/order-events.js').Cake} Cake
 * @typedef {import('nestjs-realtime-protocol').TopicEvent<any>} TopicEvent
 */

/**
 * One thing to be seen at the table, whichever way it came.
 *
 * @typedef {object} Sight
 * @property {'order' | 'cake' | 'box'} series Within a series sights count from 1 without gaps.
 * @property {number} n
 * @property {string} label
 * @property {import('./ways.js').WayId} [way] By which it came, where it could have been another.
 * @property {number} time When it happened, milliseconds since 1970 by the server's clock.
 */

/** @param {Serving} serving @returns {Sight} */
export function servingSight({ n, what, time, call }) {
  const label = call ? 'Leftovers fetched' : what;
  return { series: 'order', n, label, time: Date.parse(time) };
}

/** @param {Cake} cake @returns {Sight} */
export function cakeSight({ n, time }) {
  return { series: 'cake', n, label: 'Birthday cake', time: Date.parse(time) };
}

/** A box as it is packed. @param {Box} box @param {string} time @returns {Sight} */
export function boxSight({ n, portions }, time) {
  return { series: 'box', n, label: `Box ${n}: ${portionsText(portions)}`, time: Date.parse(time) };
}

/** A box as it is fetched. @param {Serving} serving @returns {Sight} */
export function fetchedSight({ what: driver, time, call }) {
  const { n = 0, portions = 0 } = call ?? {};
  return { series: 'box', n, label: `${driver}: ${portionsText(portions)}`, time: Date.parse(time) };
}

/** @param {TopicEvent} event @returns {Sight} */
export function eventSight({ type, data }) {
  return type === 'cake.served' ? cakeSight(data) : servingSight(data);
}

/** @param {Sight} sight */
export function sightKey({ series, n }) {
  return `${series} ${n}`;
}

/** @param {number} portions */
function portionsText(portions) {
  return portions === 1 ? '1 portion' : `${portions} portions`;
}
