import { sightKey } from '../sight.js';
import { element } from './element.js';
import { keyed } from './keyed.js';

/**
 * @typedef {import('../sight.js').Sight} Sight
 * @typedef {{ sight: Sight, mark: 'heard' | 'caught-up' | 'pending', way?: import('../ways.js').WayId | undefined }} Cell
 */

const TITLES = { heard: 'heard', 'caught-up': 'caught up with', pending: 'not heard yet' };

/**
 * Shows numbers of events in a row, each heard, caught up with, or still to be heard.
 * @param {Element} list @param {readonly Cell[]} cells
 */
export function renderStrip(list, cells) {
  keyed(
    list,
    cells,
    ({ sight }) => sightKey(sight),
    createCell,
    (cell, { sight, mark, way }) => {
      if (cell.getAttribute('data-mark') === mark) return;
      cell.setAttribute('data-mark', mark);
      if (way) cell.setAttribute('data-way', way);
      cell.setAttribute('title', `${sight.label}: ${TITLES[mark]}`);
    },
  );
}

/** @param {Cell} cell */
function createCell({ sight: { series, n } }) {
  const cell = element('li', `cell cell-${series}`);
  if (series !== 'order') cell.append(element('span', 'visually-hidden', `${series} `));
  // A cake is a picture.
  cell.append(series === 'cake' ? element('span', 'visually-hidden', String(n)) : String(n));
  return cell;
}
