import { press } from '../http.js';
import { element, the } from './element.js';
import { keyed } from './keyed.js';
import { renderStrip } from './strip.js';

/**
 * @typedef {import('../guest.js').Guest} Guest
 * @typedef {import('../kitchen-window.js').KitchenWindow} KitchenWindow
 */

const CELLS = 40;

/** The kitchen: what it has served, what is on the spike, and its buttons. */
export class KitchenPanel {
  /** Whether the page orders and the kitchen cooks without being told to: not if the address ends in #by-hand. */
  isAutomatic = location.hash !== '#by-hand';

  /** @param {Guest} guest @param {KitchenWindow} kitchen */
  constructor(guest, kitchen) {
    this.guest = guest;
    this.kitchen = kitchen;
    the(document, '#order', HTMLElement).textContent = `Order ${guest.order}`;
    this.cook = the(document, '#cook', HTMLButtonElement);
    this.cook.addEventListener('click', () => press(guest, '/dishes'));
    the(document, '#cake', HTMLButtonElement).addEventListener('click', () => press(guest, '/cake'));
    const automatic = the(document, '#automatic', HTMLInputElement);
    automatic.addEventListener('change', () => this.#conduct(automatic.checked));
    kitchen.addEventListener('change', () => this.#draw());
    automatic.checked = this.isAutomatic;
    if (!this.isAutomatic) this.#conduct(false);
    this.#draw();
  }

  /** @param {boolean} isAutomatic */
  async #conduct(isAutomatic) {
    this.isAutomatic = isAutomatic;
    await press(this.guest, '/kitchen', { method: 'PUT', body: { automatic: isAutomatic } });
  }

  #draw() {
    const { sights, spike } = this.kitchen;
    const cells = sights.slice(-CELLS).map((sight) => ({ sight, mark: /** @type {const} */ ('heard') }));
    renderStrip(the(document, '#served', HTMLElement), cells);
    const dishes = spike.map((dish, i) => ({ dish, key: `${i} ${dish}` }));
    keyed(
      the(document, '#spike', HTMLElement),
      dishes,
      ({ key }) => key,
      ({ dish }) => element('li', '', dish),
    );
    this.cook.disabled = spike.length === 0;
  }
}
