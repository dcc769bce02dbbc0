import { the } from './element.js';
import { seconds } from './format.js';

/**
 * @typedef {import('../kitchen-window.js').KitchenWindow} KitchenWindow
 * @typedef {import('../ways/charity.js').Charity} Charity
 */

const STORIES = {
  open: 'Good for what another company’s server must know: payments, deliveries, synchronisation, automation.',
  closed:
    'Its port refuses connections. Each box is tried again after 1, 2, 3 and 4 seconds, and then given up.',
  leftAlone:
    'After five failures the charity is left alone, each time for longer; then one box tries. If it gets through the others follow, two a second.',
};

/** The charity's door, how its calls are going, and the buttons. */
export class CharityPanel {
  /** @param {HTMLElement} place @param {Charity} charity @param {KitchenWindow} kitchen */
  constructor(place, charity, kitchen) {
    this.charity = charity;
    this.kitchen = kitchen;
    place.append(the(document, '#charity', HTMLTemplateElement).content.cloneNode(true));
    this.card = /** @type {HTMLElement} */ (place.closest('.way'));
    this.door = this.#button('.door', () => charity.turn(!this.#isOpen));
    this.pack = this.#button('.pack', () => charity.pack());
    this.tryNow = this.#button('.try-now', () => charity.tryNow());
    this.redeliver = this.#button('.redeliver', () => charity.redeliver());
    this.#button('.forge', () => charity.forge());
    charity.addEventListener('change', () => this.#draw());
    kitchen.addEventListener('change', () => this.#draw());
    this.#draw();
  }

  get #isOpen() {
    return this.charity.status?.isOpen ?? true;
  }

  /** @param {string} selector @param {() => void} press */
  #button(selector, press) {
    const button = the(this.card, selector, HTMLButtonElement);
    button.addEventListener('click', press);
    return button;
  }

  #draw() {
    const { charity, kitchen } = this;
    const deadLetters = charity.status?.deadLetters ?? 0;
    const isLeftAlone = charity.status?.state !== 'running';
    this.card.dataset['charity'] = this.#isOpen ? 'open' : 'closed';
    this.door.setAttribute('aria-checked', String(this.#isOpen));
    this.pack.disabled = kitchen.leftovers === 0;
    this.tryNow.hidden = !isLeftAlone;
    this.redeliver.hidden = deadLetters === 0;
    this.#write('.waiting', String(charity.waiting));
    this.#write('.failed', String(charity.failed));
    this.#write('.breaker', isLeftAlone ? this.#breaker : 'closed');
    this.#write('.given-up', String(deadLetters));
    this.#write('.story', STORIES[isLeftAlone ? 'leftAlone' : this.#isOpen ? 'open' : 'closed']);
  }

  get #breaker() {
    const { quietMs } = this.charity;
    return quietMs > 0 ? `open, ${seconds(quietMs)}` : 'half open';
  }

  /** @param {string} selector @param {string} text */
  #write(selector, text) {
    const place = the(this.card, selector, HTMLElement);
    if (place.textContent !== text) place.textContent = text;
  }
}
