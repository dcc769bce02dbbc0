import { the } from './element.js';
import { Heard } from './heard.js';
import { soon } from './soon.js';
import { transport } from '../transports.js';

/**
 * @typedef {import('../kitchen-window.js').KitchenWindow} KitchenWindow
 * @typedef {import('../regular.js').Regular} Regular
 */

const CELLS = 28;
const HOLDERS = {
  'this-tab': 'Held by this tab, for all that are open.',
  'another-tab': 'Shared: held by another tab.',
};

/** The regular: by which way he is told, and why; and what he has heard, in the colours of the ways it came by. */
export class RegularPanel {
  /** @param {Regular} regular @param {KitchenWindow} kitchen */
  constructor(regular, kitchen) {
    this.regular = regular;
    this.panel = the(document, '#regular', HTMLElement);
    this.heard = new Heard(this.panel, regular.diary, kitchen, { series: ['order', 'cake'], cells: CELLS });
    const draw = soon(() => this.#draw());
    regular.diary.addEventListener('change', draw);
    kitchen.addEventListener('change', draw);
    this.#draw();
  }

  #draw() {
    const { diary, state } = this.regular;
    const way = transport(state.transport)?.way;
    const badge = the(this.panel, '.state', HTMLElement);
    badge.textContent = diary.state.text;
    badge.dataset['tone'] = diary.state.tone;
    if (way) this.panel.dataset['way'] = way;
    the(this.panel, '.why', HTMLElement).textContent = this.#why;
    the(this.panel, '.holder', HTMLElement).textContent = state.heldBy ? HOLDERS[state.heldBy] : '';
    this.heard.draw();
  }

  get #why() {
    const { name, reason, transport: id } = this.regular.state;
    if (reason) return reason;
    return name === 'live' && id === 'websocket' ? 'The best way is open.' : '';
  }
}
