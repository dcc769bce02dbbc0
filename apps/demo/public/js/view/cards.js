import { WAYS } from '../ways.js';
import { Card } from './card.js';
import { element, the } from './element.js';

/**
 * @typedef {import('../diary.js').Diary} Diary
 * @typedef {import('../kitchen-window.js').KitchenWindow} KitchenWindow
 */

/**
 * Lays out a card for each way.
 * @param {Record<import('../ways.js').WayId, Diary>} diaries @param {KitchenWindow} kitchen
 */
export function drawCards(diaries, kitchen) {
  const template = the(document, '#way', HTMLTemplateElement);
  const ways = the(document, '#ways', HTMLElement);
  for (const way of WAYS) {
    ways.append(template.content.cloneNode(true));
    const card = the(ways, '.way:last-of-type', HTMLElement);
    describe(card, way);
    new Card(card, diaries[way.id], kitchen, way);
  }
}

/**
 * The place in a card for what only this way has.
 * @param {import('../ways.js').WayId} id
 */
export function extraOf(id) {
  return the(document, `.way[data-way="${id}"] .extra`, HTMLElement);
}

/** @param {HTMLElement} card @param {(typeof WAYS)[number]} way */
function describe(card, { id, kind, name, picture, sentence, good }) {
  card.dataset['way'] = id;
  card.setAttribute('aria-labelledby', `name-${id}`);
  the(card, 'use', SVGUseElement).setAttribute('href', `pictures/${picture}.svg#picture`);
  the(card, '.kind', HTMLElement).textContent = kind;
  the(card, '.sentence', HTMLElement).textContent = sentence;
  const heading = the(card, 'h2', HTMLElement);
  heading.id = `name-${id}`;
  heading.textContent = name;
  if (good) the(card, '.extra', HTMLElement).append(element('p', 'good', good));
}
