import { ask } from '../http.js';
import { eventSight } from '../sight.js';
import { pause } from '../pause.js';

/**
 * @typedef {import('../diary.js').Diary} Diary
 * @typedef {import('../guest.js').Guest} Guest
 * @typedef {import('nestjs-realtime-protocol').PollAnswer<any>} PollAnswer
 */

const WAIT_SECONDS = 20;
const RETRY_MS = 1_000;

/** The waiter who stands in the kitchen: what was served since, answered when there is something. */
export class LongPoll {
  /** @type {AbortController | undefined} */
  #connection;

  /** @param {Guest} guest @param {Diary} diary */
  constructor(guest, diary) {
    this.guest = guest;
    this.diary = diary;
    this.cursor = guest.cursor;
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
        await this.#ask(signal);
      } catch {
        if (!signal.aborted) this.diary.is('no answer, asks again', 'bad');
        await pause(RETRY_MS, signal);
        this.diary.opens();
      }
    }
  }

  /** @param {AbortSignal} signal */
  async #ask(signal) {
    this.diary.asks(`GET /orders/${this.guest.order}/log\n?since=${this.cursor}&wait=${WAIT_SECONDS}`);
    this.diary.is('standing in the kitchen', 'waiting');
    const path = `/log?since=${this.cursor}&wait=${WAIT_SECONDS}`;
    const { status, headers, text, bytes } = await ask(this.guest, path, { signal });
    if (status === 200) this.#take(JSON.parse(text), bytes);
    else this.diary.receives(bytes, `${status} ${status === 204 ? 'nothing, the wait is over' : ''}`);
    this.cursor = headers.get('realtime-cursor') ?? this.cursor;
    if (status >= 400) throw new Error(`${status}`);
  }

  /** @param {PollAnswer} answer @param {number} bytes */
  #take({ events, reset }, bytes) {
    const what = reset ? `history lost: ${reset.reason}` : events.map(({ data }) => `#${data.n}`).join(' ');
    this.diary.receives(bytes, `200 ${what}`);
    for (const event of events) this.diary.hears(eventSight(event));
  }
}
