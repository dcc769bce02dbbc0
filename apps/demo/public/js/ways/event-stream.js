import { byteLength } from '../http.js';
import { eventSight } from '../sight.js';

/**
 * @typedef {import('../diary.js').Diary} Diary
 * @typedef {import('../guest.js').Guest} Guest
 */

const TYPES = ['dish.served', 'leftovers.fetched', 'cake.served'];
/** What the response begins with: an EventSource does not show it. */
const HEAD_BYTES = 300;
const RETRY_MS = 2_000;

/** The birthday cake for everybody: one open response, from which the server speaks. */
export class EventStream {
  /** @type {EventSource | undefined} */
  #source;
  /** @type {number | undefined} */
  #retry;

  /** @param {Guest} guest @param {Diary} diary */
  constructor(guest, diary) {
    this.guest = guest;
    this.diary = diary;
    this.cursor = guest.cursor;
  }

  connect() {
    const path = `/orders/${this.guest.order}/events`;
    this.#source = new EventSource(`${path}?since=${this.cursor}&access_token=${this.guest.token}`);
    this.diary.asks(`GET ${path}\n?since=${this.cursor}`);
    this.diary.is('connecting', 'idle');
    this.#listen(this.#source);
  }

  disconnect() {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.diary.is('cut off', 'cut');
  }

  /** @param {EventSource} source */
  #listen(source) {
    for (const type of TYPES) {
      source.addEventListener(type, (event) => this.diary.hears(eventSight(this.#receive(event))));
    }
    for (const control of ['$live', '$reset', '$closing']) {
      source.addEventListener(control, (event) => this.#receive(event));
    }
    source.addEventListener('open', () => this.#opens());
    source.addEventListener('error', () => this.#fails(source));
  }

  #opens() {
    this.diary.opens();
    this.diary.receives(HEAD_BYTES, '200 text/event-stream');
    this.diary.is('listening', 'waiting');
  }

  /** @param {MessageEvent<string>} event */
  #receive({ type, data, lastEventId }) {
    this.cursor = lastEventId || this.cursor;
    const frame = `id: ${lastEventId}\nevent: ${type}\ndata: ${data}\n\n`;
    const message = JSON.parse(data);
    const number = message.data ? ` #${message.data.n}` : '';
    this.diary.receives(byteLength(frame), `event: ${type}${number}\nid: ${lastEventId}`);
    return message;
  }

  /** The browser reconnects by itself, with Last-Event-ID, unless the server refused it. @param {EventSource} source */
  #fails(source) {
    if (source !== this.#source) return;
    if (source.readyState === EventSource.CONNECTING) {
      this.diary.is('the browser reconnects', 'bad');
      this.diary.asks(`GET again, by the browser\nLast-Event-ID: ${this.cursor}`);
      return;
    }
    this.diary.is('refused, asks again', 'bad');
    this.#retry = setTimeout(() => this.connect(), RETRY_MS);
  }
}
