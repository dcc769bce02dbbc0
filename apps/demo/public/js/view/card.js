import { sightKey } from '../sight.js';
import { element, the } from './element.js';
import { duration, median, size } from './format.js';
import { keyed } from './keyed.js';
import { Heard } from './heard.js';
import { soon } from './soon.js';

/**
 * @typedef {import('../diary.js').Diary} Diary
 * @typedef {import('../kitchen-window.js').KitchenWindow} KitchenWindow
 * @typedef {import('../sight.js').Sight} Sight
 */

const TICKET_LINES = 20;
const DELAYS = 15;
const LIGHT = [
  { top: '0', opacity: 1 },
  { top: '100%', opacity: 1 },
];
const ARROWS = { out: '→', in: '←', note: '·' };

/** The card of one way: what its diary tells. */
export class Card {
  /**
   * @param {HTMLElement} card @param {Diary} diary @param {KitchenWindow} kitchen
   * @param {(typeof import('../ways.js').WAYS)[number]} way
   */
  constructor(card, diary, kitchen, way) {
    this.card = card;
    this.diary = diary;
    this.heard = new Heard(card, diary, kitchen, way);
    const draw = soon(() => this.#draw());
    diary.addEventListener('change', draw);
    diary.addEventListener('heard', () => this.#pulse());
    kitchen.addEventListener('change', draw);
    this.#draw();
  }

  #draw() {
    const { state } = this.diary;
    const badge = the(this.card, '.state', HTMLElement);
    badge.textContent = state.text;
    badge.dataset['tone'] = state.tone;
    this.#drawTicket();
    this.heard.draw();
    this.#drawNumbers();
    this.#drawWire();
  }

  #drawTicket() {
    const lines = this.diary.heard.slice(-TICKET_LINES).toReversed();
    keyed(
      the(this.card, '.ticket', HTMLElement),
      lines,
      sightKey,
      (sight) => {
        const line = element('li', `line line-${sight.series}`);
        line.append(element('span', 'what', sight.label));
        return line;
      },
      (line, sight) => {
        if (line.children.length > 1) return;
        line.append(element('span', 'delay', `+${duration(sight.delayMs)}`));
        line.classList.toggle('caught-up', sight.caughtUp);
      },
    );
  }

  #drawNumbers() {
    const { diary } = this;
    const delays = diary.heard.slice(-DELAYS).map(({ delayMs }) => delayMs);
    this.#write('.requests', String(diary.requests));
    this.#write('.received', size(diary.received));
    this.#write('.typical', delays.length === 0 ? '–' : duration(median(delays) ?? 0));
  }

  #drawWire() {
    const list = the(this.card, '.wire ol', HTMLElement);
    const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 8;
    keyed(
      list,
      this.diary.wire,
      ({ id }) => String(id),
      ({ direction, text }) => {
        const line = element('li', `wire-${direction}`);
        const arrow = element('span', 'arrow', ARROWS[direction]);
        line.append(arrow, element('code', '', text));
        return line;
      },
    );
    if (atEnd) list.scrollTop = list.scrollHeight;
  }

  /** @param {string} selector @param {string} text */
  #write(selector, text) {
    const place = the(this.card, selector, HTMLElement);
    if (place.textContent !== text) place.textContent = text;
  }

  /** A light runs along the cable to the card. */
  #pulse() {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    the(this.card, '.light', HTMLElement).animate(LIGHT, { duration: 500, easing: 'ease-in' });
  }
}
