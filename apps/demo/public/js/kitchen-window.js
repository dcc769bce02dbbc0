import { createRealtimeClient } from 'nestjs-realtime-client';
import { boxSight, cakeSight, servingSight } from './sight.js';

/**
 * @typedef {import('./guest.js').Guest} Guest
 * @typedef {import('./sight.js').Sight} Sight
 * @typedef {import('nestjs-realtime-client').Subscription} Subscription
 * @typedef {import('nestjs-realtime-protocol').TopicEvent<any>} TopicEvent
 */

const SIGHTS = 80;
const TIMING = { backoffMs: 300, maxBackoffMs: 2_000 };

/**
 * Looks into the kitchen through a line of its own, which no switch cuts: what really happened, to compare with what
 * each way has heard. Fires `change`; and for the charity `packed`, `fetched`, `webhook` and `charity`, for the
 * network `network`, with the event in question as detail.
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
  /** Tells of what is now, not of what was. @type {Subscription | undefined} */
  #states;
  #client;

  /** @param {Guest} guest */
  constructor(guest) {
    super();
    this.guest = guest;
    this.#client = createRealtimeClient({
      auth: guest.windowToken,
      shareKey: guest.company,
      transports: ['websocket'],
      timing: TIMING,
    });
    const order = `orders/${guest.order}`;
    const topics = [order, `${order}/wishes`, `leftovers/${guest.order}`, 'party', 'webhooks/charity'];
    this.#client.subscribe(topics, {
      since: guest.cursor,
      onEvent: (event) => {
        this.#look(event);
        this.dispatchEvent(new Event('change'));
      },
    });
    this.#client.onState(({ name }) => this.#follow(name === 'live'));
  }

  /** Whenever the line is there: how it is, and then what happens. @param {boolean} isLive */
  #follow(isLive) {
    if (isLive === Boolean(this.#states)) return;
    this.#states?.close();
    this.#states = undefined;
    if (!isLive) return;
    const network = `network/${this.guest.company}`;
    this.#states = this.#client.subscribe(['charity', network], {
      onSnapshot: (states) => {
        this.#tell('charity', { data: { status: states['charity'] } });
        this.#tell('network', { data: states[network] });
      },
      onEvent: (event) => this.#tell(event.topic === network ? 'network' : 'charity', event),
    });
  }

  /** @param {TopicEvent} event */
  #look(event) {
    const { topic, type, data, time } = event;
    if (topic === 'webhooks/charity') return this.#tell('webhook', event);
    switch (type) {
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
