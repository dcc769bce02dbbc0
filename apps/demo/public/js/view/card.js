import { sightKey } from '../sight.js';
import { element, the } from './element.js';
import { duration, median, size } from './format.js';
import { keyed } from './keyed.js';
import { renderStrip } from './strip.js';

/**
 * @typedef {import('../diary.js').Diary} Diary
 * @typedef {import('../kitchen-window.js').KitchenWindow} KitchenWindow
 * @typedef {import('../sight.js').Sight} Sight
 */

const TICKET_LINES = 20;
const CELLS = 16;
const DELAYS = 15;
const LIGHT = [
  { top: '0', opacity: 1 },
  { top: '100%', opacity: 1 },
];
const ARROWS = { out: '→', in: '←', note: '·' };

/** The card of one way: what its diary tells. */
export class Card {
  #drawn = false;

  /**
   * @param {HTMLElement} card @param {Diary} diary @param {KitchenWindow} kitchen
   * @param {(typeof import('../ways.js').WAYS)[number]} way
   */
  constructor(card, diary, kitchen, { series, behind = 'behind' }) {
    this.card = card;
    this.diary = diary;
    this.kitchen = kitchen;
    this.series = series;
    this.behind = behind;
    diary.addEventListener('change', () => this.#soon());
    diary.addEventListener('heard', () => this.#pulse());
    kitchen.addEventListener('change', () => this.#soon());
    this.#draw();
  }

  /** Draws at most once a frame. */
  #soon() {
    if (!this.#drawn) return;
    this.#drawn = false;
    requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#drawn = true;
    const { state } = this.diary;
    const badge = the(this.card, '.state', HTMLElement);
    badge.textContent = state.text;
    badge.dataset['tone'] = state.tone;
    this.#drawTicket();
    this.#drawStrip();
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

  #drawStrip() {
    const { sequence } = this.diary;
    const caughtUp = new Set(this.diary.heard.filter((sight) => sight.caughtUp).map(sightKey));
    const cells = this.#expected().map((sight) => ({ sight, mark: markOf(sight) }));
    renderStrip(the(this.card, '.strip', HTMLElement), cells.slice(-CELLS));

    /** @param {Sight} sight @returns {import('./strip.js').Cell['mark']} */
    function markOf(sight) {
      if (!sequence.has(sight.series, sight.n)) return 'pending';
      return caughtUp.has(sightKey(sight)) ? 'caught-up' : 'heard';
    }
  }

  /** What the kitchen tells of, in its order; and what this way heard before the kitchen's window did. */
  #expected() {
    const { kitchen, diary, series } = this;
    const told = kitchen.sights.filter((sight) => series.includes(sight.series));
    const known = new Set(told.map(sightKey));
    const since = told[0]?.time ?? -Infinity;
    return [...told, ...diary.heard.filter((sight) => sight.time >= since && !known.has(sightKey(sight)))];
  }

  #drawNumbers() {
    const { diary } = this;
    const delays = diary.heard.slice(-DELAYS).map(({ delayMs }) => delayMs);
    this.#write('.requests', String(diary.requests));
    this.#write('.received', size(diary.received));
    this.#write('.typical', delays.length === 0 ? '–' : duration(median(delays) ?? 0));
    const { missed, twice, late, count } = diary.sequence;
    this.#write('.count', `${count} heard`);
    this.#write('.missed', `missed ${missed}`);
    this.#write('.twice', `twice ${twice}`);
    const behind = this.#behind();
    this.#write(
      '.behind',
      behind > 0
        ? `${behind} ${this.behind}`
        : diary.caughtUp > 0
          ? `${diary.caughtUp} caught up`
          : 'up to date',
    );
    this.card.dataset['sound'] = String(missed + twice + late === 0);
    this.card.dataset['behind'] = String(behind);
  }

  #behind() {
    let behind = 0;
    for (const sight of this.kitchen.sights) {
      if (this.series.includes(sight.series) && !this.diary.sequence.has(sight.series, sight.n)) behind++;
    }
    return behind;
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
