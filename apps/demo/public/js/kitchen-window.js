import { openLine } from './line.js';
import { boxSight, cakeSight, servingSight } from './sight.js';

/**
 * @typedef {import('./guest.js').Guest} Guest
 * @typedef {import('./sight.js').Sight} Sight
 * @typedef {import('nestjs-realtime-protocol').TopicEvent<any>} TopicEvent
 */

const SIGHTS = 80;

/**
 * Looks into the kitchen through a line of its own, which the network switch does not cut: what really happened,
 * to compare with what each way has heard. Fires `change`; and for the charity `packed`, `fetched`, `webhook` and
 * `charity`, with the event in question as detail.
 */
export class KitchenWindow extends EventTarget {
  /** What has happened, the latest, oldest first. @type {Sight[]} */
  sights = [];
  /** Portions left over that are not packed. */
  leftovers = 0;
  /** What is on the spike, first to be served first. @type {string[]} */
  spike = [];
  /** Numbers of the boxes that were packed. @type {Set<number>} */
  #boxes = new Set();

  /** @param {Guest} guest */
  constructor(guest) {
    super();
    let since = guest.cursor;
    const order = `orders/${guest.order}`;
    const topics = [order, `${order}/wishes`, `leftovers/${guest.order}`, 'party', 'webhooks/charity'];
    const socket = openLine(guest);
    socket.on('connect', () => {
      socket.emit('subscribe', { topics, since }, () => {});
      // Without a cursor: how it is, and then what happens.
      socket.emit('subscribe', { topics: ['charity'] }, () => {});
    });
    socket.on('events', (/** @type {TopicEvent[]} */ events) => {
      for (const event of events) {
        if (event.topic !== 'charity') since = event.id;
        this.#look(event);
      }
      this.dispatchEvent(new Event('change'));
    });
    socket.on('snapshot', ({ states }) => this.#tell('charity', { data: { status: states.charity } }));
    socket.on('cursor', (cursor) => (since = cursor));
    socket.on('reset', ({ cursor }) => (since = cursor));
    socket.on('disconnect', (reason) => reason === 'io server disconnect' && socket.connect());
    socket.connect();
  }

  /** @param {TopicEvent} event */
  #look(event) {
    const { topic, type, data, time } = event;
    const isOfCharity = topic === 'charity' || topic === 'webhooks/charity';
    switch (isOfCharity ? topic : type) {
      case 'wish':
        this.spike.push(data.dish);
        break;
      case 'dish.served':
        this.leftovers++;
        this.spike.shift();
        this.#add(servingSight(data));
        break;
      case 'cake.served':
        this.#add(cakeSight(data));
        break;
      case 'leftovers.packed':
        this.leftovers = 0;
        this.#boxes.add(data.n);
        this.#add(boxSight(data, time));
        this.#tell('packed', event);
        break;
      case 'leftovers.fetched':
        // A driver who comes uncalled takes what is left.
        if (!this.#boxes.has(data.call.n)) this.leftovers = 0;
        this.#add(servingSight(data));
        this.#tell('fetched', event);
        break;
      case 'webhooks/charity':
        this.#tell('webhook', event);
        break;
      default:
        this.#tell('charity', event);
    }
  }

  /** @param {Sight} sight */
  #add(sight) {
    this.sights.push(sight);
    if (this.sights.length > SIGHTS) this.sights.shift();
  }

  /** @param {string} type @param {Partial<TopicEvent>} detail */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
