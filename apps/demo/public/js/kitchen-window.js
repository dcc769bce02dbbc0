import { openLine } from './line.js';
import { cakeSight, servingSight } from './sight.js';

/**
 * @typedef {import('./guest.js').Guest} Guest
 * @typedef {import('./sight.js').Sight} Sight
 * @typedef {import('nestjs-realtime-protocol').TopicEvent<any>} TopicEvent
 */

const SIGHTS = 80;

/**
 * Looks into the kitchen through a line of its own, which the network switch does not cut: what really happened,
 * to compare with what each way has heard. Fires `change`, and `webhook` and `call` for the charity.
 */
export class KitchenWindow extends EventTarget {
  /** What has happened, the latest, oldest first. @type {Sight[]} */
  sights = [];
  /** How many of each series. @type {Record<string, number>} */
  counts = {};
  /** Portions left over since a driver came. */
  leftovers = 0;
  /** What is on the stove, first to be served first. @type {string[]} */
  stove = [];

  /** @param {Guest} guest */
  constructor(guest) {
    super();
    let since = guest.cursor;
    const order = `orders/${guest.order}`;
    const topics = [order, `${order}/wishes`, 'party', 'webhooks/charity'];
    const socket = openLine(guest);
    socket.on('connect', () => socket.emit('subscribe', { topics, since }, () => {}));
    socket.on('events', (/** @type {TopicEvent[]} */ events) => {
      for (const event of events) this.#look(event);
      since = events.at(-1)?.id ?? since;
      this.dispatchEvent(new Event('change'));
    });
    socket.on('cursor', (cursor) => (since = cursor));
    socket.on('reset', ({ cursor }) => (since = cursor));
    socket.on('disconnect', (reason) => reason === 'io server disconnect' && socket.connect());
    socket.connect();
  }

  /** @param {TopicEvent} event */
  #look({ topic, type, data }) {
    if (type === 'wish') this.stove.push(data.dish);
    else if (type === 'cake.served') this.#add(cakeSight(data));
    else if (topic === 'webhooks/charity') this.dispatchEvent(new CustomEvent('webhook', { detail: data }));
    else {
      this.leftovers = type === 'dish.served' ? this.leftovers + 1 : 0;
      if (type === 'dish.served') this.stove.shift();
      else this.dispatchEvent(new CustomEvent('call', { detail: data }));
      this.#add(servingSight(data));
    }
  }

  /** @param {Sight} sight */
  #add(sight) {
    this.counts[sight.series] = (this.counts[sight.series] ?? 0) + 1;
    this.sights.push(sight);
    if (this.sights.length > SIGHTS) this.sights.shift();
  }
}
