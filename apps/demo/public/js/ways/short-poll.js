import { ask } from '../http.js';
import { servingSight } from '../sight.js';
import { pause } from '../pause.js';

/**
 * @typedef {import('../diary.js').Diary} Diary
 * @typedef {import('../guest.js').Guest} Guest
 * @typedef {import('../../../src/restaurant/order-events.js').Ticket} Ticket
 */

const INTERVAL_MS = 1_000;

/** The guest who keeps asking: what is on the table now, compared by ETag. */
export class ShortPoll {
  #etag = '';
  /** @type {AbortController | undefined} */
  #connection;

  /** @param {Guest} guest @param {Diary} diary */
  constructor(guest, diary) {
    this.guest = guest;
    this.diary = diary;
  }

  connect() {
    this.#connection = new AbortController();
    void this.#askOnAndOn(this.#connection.signal);
  }

  disconnect() {
    this.#connection?.abort();
    this.diary.is('cut off', 'cut');
  }

  /** @param {AbortSignal} signal */
  async #askOnAndOn(signal) {
    this.diary.opens();
    while (!signal.aborted) {
      try {
        await pause(await this.#ask(signal), signal);
      } catch {
        if (!signal.aborted) this.diary.is('no answer, asks again', 'bad');
        await pause(INTERVAL_MS, signal);
        this.diary.opens();
      }
    }
  }

  /** @param {AbortSignal} signal @returns {Promise<number>} when to ask again, in milliseconds */
  async #ask(signal) {
    this.diary.asks(`GET /orders/${this.guest.order}${this.#etag && `\nIf-None-Match: ${this.#etag}`}`);
    const { status, headers, text, bytes } = await ask(this.guest, '', {
      headers: this.#etag ? { 'if-none-match': this.#etag } : {},
      signal,
    });
    this.diary.receives(bytes, `${status} ${MEANING[status] ?? ''}`);
    this.diary.is(`${status} ${MEANING[status] ?? ''}`, status === 200 ? 'good' : 'waiting');
    this.#etag = headers.get('etag') ?? this.#etag;
    if (status === 200) this.#look(JSON.parse(text));
    return Number(headers.get('retry-after')) * 1_000 || INTERVAL_MS;
  }

  /** The whole ticket comes each time; what is below the last line known is new. @param {Ticket} ticket */
  #look({ served }) {
    const last = this.diary.sequence.last('order');
    for (const serving of served) if (serving.n > last) this.diary.hears(servingSight(serving));
  }
}

/** @type {Record<number, string>} */
const MEANING = { 200: 'something new', 202: 'not ready', 304: 'nothing new' };
