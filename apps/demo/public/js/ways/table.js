import { eventSight } from '../sight.js';
import { openLine } from '../line.js';
import { watchPackets } from '../packets.js';

/**
 * @typedef {import('../diary.js').Diary} Diary
 * @typedef {import('../guest.js').Guest} Guest
 * @typedef {import('nestjs-realtime-protocol').TopicEvent<any>} TopicEvent
 */

/** What the server answers to an upgrade: RFC 6455 section 1.3, without any header beyond those. */
const UPGRADE_BYTES = 129;

/** The table that orders and is served on one open line. Fires `menu` and `change`. */
export class Table extends EventTarget {
  /** @type {string[]} */
  menu = [];
  #socket;
  #retryMs = 1_000;
  /** @type {number | undefined} */
  #retry;

  /** @param {Guest} guest @param {Diary} diary */
  constructor(guest, diary) {
    super();
    this.guest = guest;
    this.diary = diary;
    this.cursor = guest.cursor;
    this.#socket = openLine(guest);
    this.#listen();
  }

  get isOpen() {
    return this.#socket.connected;
  }

  connect() {
    this.diary.is('connecting', 'idle');
    this.#socket.connect();
    this.#asks();
  }

  disconnect() {
    clearTimeout(this.#retry);
    this.#socket.disconnect();
    this.diary.is('cut off', 'cut');
  }

  /** Orders a dish, on the same line on which it will be served. @param {string} dish */
  order(dish) {
    if (!this.isOpen) return;
    /** @param {import('nestjs-realtime-protocol').PublishAck} answer */
    const answered = (answer) => {
      if (!answer.ok) this.diary.notes(`refused: ${answer.error.message}`);
    };
    const wish = { topic: `orders/${this.guest.order}/wishes`, type: 'wish', data: { dish } };
    this.#socket.emit('publish', wish, answered);
  }

  #asks() {
    this.diary.asks('GET /realtime/socket.io\nUpgrade: websocket');
    watchPackets(this.#socket, {
      sent: (text) => this.diary.sends(text),
      received: (text, bytes) => this.diary.receives(bytes, text),
    });
  }

  #listen() {
    const socket = this.#socket;
    socket.io.on('reconnect_attempt', () => queueMicrotask(() => this.#asks()));
    socket.on('connect', () => this.#subscribe());
    socket.on('disconnect', (reason) => this.#ends(reason));
    socket.on('closing', ({ retryMs }) => (this.#retryMs = retryMs));
    socket.on('events', (events) => this.#take(events));
    socket.on('cursor', (cursor) => (this.cursor = cursor));
    socket.on('reset', ({ cursor }) => (this.cursor = cursor));
    socket.on('snapshot', ({ states }) => this.#read(states));
  }

  #subscribe() {
    this.diary.opens();
    this.diary.receives(UPGRADE_BYTES, '101 Switching Protocols');
    this.diary.is('the line is open', 'waiting');
    this.#socket.emit('subscribe', { topics: [`orders/${this.guest.order}`], since: this.cursor }, ignore);
    if (this.menu.length === 0) this.#socket.emit('subscribe', { topics: ['menu'] }, ignore);
    this.dispatchEvent(new Event('change'));
  }

  /** A client that is disconnected by the server does not come back by itself. @param {string} reason */
  #ends(reason) {
    if (reason === 'io server disconnect') this.#retry = setTimeout(() => this.connect(), this.#retryMs);
    if (reason !== 'io client disconnect') this.diary.is('the line broke, reconnects', 'bad');
    this.dispatchEvent(new Event('change'));
  }

  /** @param {TopicEvent[]} events */
  #take(events) {
    for (const event of events) {
      this.cursor = event.id;
      this.diary.hears(eventSight(event));
    }
  }

  /** @param {Record<string, unknown>} states */
  #read({ menu }) {
    if (!Array.isArray(menu)) return;
    this.menu = menu;
    // It never changes; and with one subscription left, every cursor of the server's is that of the order.
    this.#socket.emit('unsubscribe', { topics: ['menu'] }, ignore);
    this.dispatchEvent(new Event('menu'));
  }
}

/** The acknowledgement is asked for so that it shows on the wire; events follow it. */
function ignore() {}
