import { createRealtimeClient } from 'nestjs-realtime-client';
import { eventSight } from './sight.js';
import { transport } from './transports.js';

/**
 * @typedef {import('./diary.js').Diary} Diary
 * @typedef {import('./guest.js').Guest} Guest
 * @typedef {import('nestjs-realtime-client').ClientState} ClientState
 */

/** In a hurry, so that one can watch it fall and climb. */
const TIMING = { backoffMs: 300, maxBackoffMs: 2_000, climbMs: 120 };

/** The regular, who knows every way: follows topics through the client, by the best way that is open. Fires `change`. */
export class Regular extends EventTarget {
  /** @type {readonly string[]} */
  menu = [];
  #client;
  #isOrdering = false;

  /** @param {Guest} guest @param {Diary} diary */
  constructor(guest, diary) {
    super();
    this.guest = guest;
    this.diary = diary;
    const { token: auth, company: shareKey, cursor: since } = guest;
    this.#client = createRealtimeClient({ auth, shareKey, timing: TIMING });
    this.#client.onState((state) => this.#is(state));
    this.#client.subscribe([`orders/${guest.order}`, 'party'], {
      since,
      onEvent: (event) => diary.hears({ ...eventSight(event), way: transport(this.state.transport)?.way }),
    });
    this.#client.subscribe('menu', {
      onSnapshot: ({ menu }) => (this.menu = /** @type {readonly string[]} */ (menu)),
    });
  }

  get state() {
    return this.#client.state;
  }

  get isOpen() {
    return this.state.name === 'live';
  }

  /** Orders a dish, by whatever way is open. @param {string} dish */
  async order(dish) {
    if (this.#isOrdering) return;
    this.#isOrdering = true;
    try {
      await this.#client.publish({
        topic: `orders/${this.guest.order}/wishes`,
        type: 'wish',
        data: { dish },
      });
    } catch (error) {
      this.diary.notes(`refused: ${error}`);
    }
    this.#isOrdering = false;
  }

  /** @param {ClientState} state */
  #is(state) {
    const { name } = state;
    if (name === 'catching-up') this.diary.opens();
    this.diary.is(textOf(state), name === 'live' ? 'good' : name === 'offline' ? 'bad' : 'waiting');
    this.dispatchEvent(new Event('change'));
  }
}

/** @param {ClientState} state */
function textOf({ name, transport: id, retryMs }) {
  const way = transport(id)?.name ?? 'something';
  switch (name) {
    case 'live':
      return `live by ${way}`;
    case 'catching-up':
      return `catches up by ${way}`;
    case 'connecting':
      return id ? `tries ${way}` : 'connecting';
    default:
      return retryMs === undefined ? name : 'offline, tries again';
  }
}
