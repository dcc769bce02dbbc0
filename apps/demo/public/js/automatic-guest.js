/**
 * @typedef {import('./ways/table.js').Table} Table
 * @typedef {import('./kitchen-window.js').KitchenWindow} KitchenWindow
 */

const LOOK_MS = 400;
const ON_ORDER = 6;

/**
 * Orders for somebody who only watches, so that there is always something to cook.
 * @param {Table} table @param {KitchenWindow} kitchen @param {() => boolean} isAutomatic
 */
export function orderAutomatically(table, kitchen, isAutomatic) {
  let next = 0;
  setInterval(() => {
    if (!isAutomatic() || !table.isOpen || kitchen.stove.length >= ON_ORDER) return;
    const dish = table.menu[next++ % table.menu.length];
    if (dish) table.order(dish);
  }, LOOK_MS);
}
