import { element } from './element.js';
import { keyed } from './keyed.js';

/** The menu on the table: a button for each dish. @param {Element} place @param {import('../ways/table.js').Table} table */
export function drawMenu(place, table) {
  place.append(element('p', 'hint', 'Order, on the same line:'));
  const list = element('ul', 'menu');
  place.append(list);
  table.addEventListener('menu', draw);
  table.addEventListener('change', draw);

  function draw() {
    keyed(list, table.menu, String, createDish, (dish) => {
      for (const button of dish.querySelectorAll('button')) button.disabled = !table.isOpen;
    });
  }

  /** @param {string} dish */
  function createDish(dish) {
    const item = element('li');
    const button = element('button', 'small', dish);
    button.addEventListener('click', () => table.order(dish));
    item.append(button);
    return item;
  }
}
