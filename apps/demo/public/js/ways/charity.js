import { press } from '../http.js';
import { callSight } from '../sight.js';

/**
 * @typedef {import('../diary.js').Diary} Diary
 * @typedef {import('../guest.js').Guest} Guest
 * @typedef {import('../kitchen-window.js').KitchenWindow} KitchenWindow
 */

/** The leftovers: a driver calls the restaurant, and the page hears that the call came in. */
export class Charity {
  /** @param {Guest} guest @param {Diary} diary @param {KitchenWindow} kitchen */
  constructor(guest, diary, kitchen) {
    this.guest = guest;
    this.diary = diary;
    diary.is('waiting for a call', 'waiting');
    kitchen.addEventListener('webhook', (event) => this.#arrives(/** @type {CustomEvent} */ (event).detail));
    kitchen.addEventListener('call', (event) => this.#counts(/** @type {CustomEvent} */ (event).detail));
  }

  /** Sends a driver, or somebody who does not know the secret. @param {boolean} impostor */
  async send(impostor) {
    const { status, body } = await press(this.guest, '/drivers', { body: { impostor } });
    if (status !== 201) return;
    const { id, signature, answer } = body;
    if (answer === 401) this.diary.requests++;
    this.diary.sends(`POST /webhooks/charity\nwebhook-id: ${id}\nwebhook-signature: ${signature}`);
    this.diary.receives(0, `${answer} ${answer === 401 ? 'the signature is wrong' : 'thank you'}`);
    this.diary.is(
      answer === 401 ? 'an impostor was turned away' : 'leftovers fetched',
      answer === 401 ? 'bad' : 'good',
    );
  }

  /** @param {{ data: { order: string, driver: string } }} webhook */
  #arrives({ data }) {
    if (data.order !== this.guest.order) return;
    this.diary.notes(`verified, published to webhooks/charity\n${JSON.stringify(data)}`);
  }

  /** @param {import('../sight.js').Serving & { call: import('../../../src/restaurant/serving.js').Call }} serving */
  #counts(serving) {
    this.diary.requests++;
    this.diary.received += serving.call.bytes;
    this.diary.is('leftovers fetched', 'good');
    this.diary.hears(callSight(serving));
  }
}
