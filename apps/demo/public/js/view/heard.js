import { sightKey } from '../sight.js';
import { the } from './element.js';
import { renderStrip } from './strip.js';

/**
 * @typedef {import('../diary.js').Diary} Diary
 * @typedef {import('../kitchen-window.js').KitchenWindow} KitchenWindow
 * @typedef {import('../sight.js').Sight} Sight
 */

/** What a guest has heard, beside what the kitchen tells: in numbers, and whether that is all. */
export class Heard {
  /**
   * @param {HTMLElement} card @param {Diary} diary @param {KitchenWindow} kitchen
   * @param {{ series: readonly Sight['series'][], behind?: string, cells?: number }} options
   *   What it is to hear; what to call something that it has not heard yet; how many numbers are shown.
   */
  constructor(card, diary, kitchen, { series, behind = 'behind', cells = 16 }) {
    this.card = card;
    this.diary = diary;
    this.kitchen = kitchen;
    this.series = series;
    this.behind = behind;
    this.cells = cells;
  }

  draw() {
    this.#drawStrip();
    this.#drawVerdict();
  }

  #drawStrip() {
    const { sequence, heard } = this.diary;
    const known = new Map(heard.map((sight) => [sightKey(sight), sight]));
    const cells = this.#expected().map((sight) => {
      const { caughtUp, way } = known.get(sightKey(sight)) ?? {};
      const isHeard = sequence.has(sight.series, sight.n);
      const mark = !isHeard ? 'pending' : caughtUp ? 'caught-up' : 'heard';
      return { sight, way, mark: /** @type {import('./strip.js').Cell['mark']} */ (mark) };
    });
    renderStrip(the(this.card, '.strip', HTMLElement), cells.slice(-this.cells));
  }

  /** What the kitchen tells of, in its order; and what this way heard before the kitchen's window did. */
  #expected() {
    const { kitchen, diary, series } = this;
    const told = kitchen.sights.filter((sight) => series.includes(sight.series));
    const known = new Set(told.map(sightKey));
    const since = told[0]?.time ?? -Infinity;
    return [...told, ...diary.heard.filter((sight) => sight.time >= since && !known.has(sightKey(sight)))];
  }

  #drawVerdict() {
    const { missed, twice, late, count } = this.diary.sequence;
    const behind = this.#countBehind();
    this.#write('.count', `${count} heard`);
    this.#write('.missed', `missed ${missed}`);
    this.#write('.twice', `twice ${twice}`);
    this.#write('.behind', this.#behindText(behind));
    this.card.dataset['sound'] = String(missed + twice + late === 0);
    this.card.dataset['behind'] = String(behind);
  }

  /** @param {number} behind */
  #behindText(behind) {
    if (behind > 0) return `${behind} ${this.behind}`;
    const { caughtUp } = this.diary;
    return caughtUp > 0 ? `${caughtUp} caught up` : 'up to date';
  }

  #countBehind() {
    const { sequence } = this.diary;
    const told = this.kitchen.sights.filter(({ series }) => this.series.includes(series));
    return told.filter(({ series, n }) => !sequence.has(series, n)).length;
  }

  /** @param {string} selector @param {string} text */
  #write(selector, text) {
    const place = the(this.card, selector, HTMLElement);
    if (place.textContent !== text) place.textContent = text;
  }
}
