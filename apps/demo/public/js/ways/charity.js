import { press } from '../http.js';
import { fetchedSight } from '../sight.js';
import { duration, seconds } from '../view/format.js';

/**
 * @typedef {import('../diary.js').Diary} Diary
 * @typedef {import('../guest.js').Guest} Guest
 * @typedef {import('../kitchen-window.js').KitchenWindow} KitchenWindow
 * @typedef {import('../../../src/leftovers/charity-status.js').CharityStatus} Status
 * @typedef {import('../../../src/leftovers/charity-status.js').CharityNews} News
 * @typedef {import('nestjs-realtime-protocol').TopicEvent<any>} TopicEvent
 */

const LOOK_MS = 250;

/** The leftovers: each box calls the charity, and the charity calls back. Fires `change`. */
export class Charity extends EventTarget {
  /** @type {Status | undefined} */
  status;
  /** Calls that were not answered as they should be. */
  failed = 0;
  /** When the boxes that are waiting were packed, by number. @type {Map<number, string>} */
  #packed = new Map();

  /** @param {Guest} guest @param {Diary} diary @param {KitchenWindow} kitchen */
  constructor(guest, diary, kitchen) {
    super();
    this.guest = guest;
    this.diary = diary;
    diary.is('nothing to fetch', 'waiting');
    this.#on(kitchen, 'packed', (event) => this.#packs(event));
    this.#on(kitchen, 'webhook', (event) => this.#isCalled(event));
    this.#on(kitchen, 'fetched', (event) => this.#isRidOf(event));
    this.#on(kitchen, 'charity', (event) => this.#learns(event));
    setInterval(() => this.#look(), LOOK_MS);
  }

  get waiting() {
    return this.#packed.size;
  }

  /** How long the breaker leaves the charity alone, in milliseconds; 0 if it does not. */
  get quietMs() {
    const { state, until } = this.status ?? {};
    return state === 'open' && until ? Math.max(0, Date.parse(until) - this.guest.now()) : 0;
  }

  /** Opens or closes the charity. @param {boolean} open */
  async turn(open) {
    await press(this.guest, '/charity/door', { method: 'PUT', body: { open } });
  }

  async pack() {
    await press(this.guest, '/boxes');
  }

  /** Does not wait for the breaker. */
  async tryNow() {
    await press(this.guest, '/charity/attempt');
  }

  /** Sends again what was given up. */
  async redeliver() {
    await press(this.guest, '/charity/redelivery');
  }

  /** Somebody calls who does not know the secret. */
  async forge() {
    const { status, body } = await press(this.guest, '/charity/impostor');
    if (status !== 201) return;
    const { id, signature, answer } = body;
    this.diary.asks(`POST /webhooks/charity, forged\nwebhook-id: ${id}\nwebhook-signature: ${signature}`);
    this.diary.receives(0, `${answer} the signature is wrong`);
    this.diary.is('an impostor was turned away', 'bad');
  }

  /** @param {EventTarget} target @param {string} type @param {(event: TopicEvent) => void} listener */
  #on(target, type, listener) {
    target.addEventListener(type, (event) => {
      listener(/** @type {CustomEvent} */ (event).detail);
      this.dispatchEvent(new Event('change'));
    });
  }

  /** @param {TopicEvent} event */
  #packs({ id, type, data, time }) {
    this.#packed.set(data.n, time);
    this.diary.asks(
      `POST /leftovers, to the charity, signed\nwebhook-id: ${id}\n${type} ${JSON.stringify(data)}`,
    );
    this.#describe();
  }

  /** The charity’s call came in, and its signature is right. @param {TopicEvent} event */
  #isCalled({ type, data }) {
    if (data.data.order !== this.guest.order) return;
    this.diary.asks(`POST /webhooks/charity, by the charity, verified\n${type} ${JSON.stringify(data.data)}`);
  }

  /** @param {TopicEvent} event */
  #isRidOf({ data }) {
    const sight = fetchedSight(data);
    const packed = this.#packed.get(sight.n);
    this.#packed.delete(sight.n);
    this.diary.receives(data.call.bytes, '200 thank you');
    this.diary.hears(packed ? { ...sight, time: Date.parse(packed) } : sight);
    this.#describe();
  }

  /** @param {Pick<TopicEvent, 'type'> & { data: News }} event */
  #learns({ type, data: { status, news } }) {
    this.status = status;
    if (type === 'charity.opening') this.diary.opens();
    if (news?.event?.topic === `leftovers/${this.guest.order}`) this.#fails(type, news);
    else if (type?.startsWith('consumer.breaker')) this.diary.notes(type);
    this.#describe();
  }

  /** @param {string} type @param {NonNullable<News['news']>} news */
  #fails(type, { attempts, error, next }) {
    this.failed++;
    this.diary.requests++;
    const again = next ? `again in ${duration(Date.parse(next) - this.guest.now())}` : 'given up';
    this.diary.notes(`${type}: attempt ${attempts}, ${again}\n${error}`);
  }

  /** A breaker that is open says nothing when it is time to try. */
  #look() {
    if (this.status?.state !== 'open') return;
    this.#describe();
    this.dispatchEvent(new Event('change'));
  }

  #describe() {
    const { status, waiting, quietMs } = this;
    if (waiting > 0 && status && waiting <= status.deadLetters)
      this.diary.is('given up until it is sent again', 'bad');
    else if (quietMs > 0) this.diary.is(`left alone for ${seconds(quietMs)}`, 'bad');
    else if (status?.state === 'open') this.diary.is('the next box tries', 'waiting');
    else if (status && !status.isOpen)
      this.diary.is(waiting > 0 ? 'no answer, tries again' : 'closed', 'bad');
    else if (waiting > 0) this.diary.is(`${waiting} on the way`, 'waiting');
    else if (this.diary.heard.length > 0) this.diary.is('all fetched', 'good');
    else this.diary.is('nothing to fetch', 'waiting');
  }
}
