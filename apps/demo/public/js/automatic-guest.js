/**
 * @typedef {import('./ways/table.js').Table} Table
 * @typedef {import('./kitchen-window.js').KitchenWindow} KitchenWindow
 */

const LOOK_MS = 400;
const DISHES_ON_ORDER = 6;

/**
 * Does what somebody who only watches does not: orders, so that there is always something to cook.
 * @param {Table} table @param {KitchenWindow} kitchen @param {() => boolean} isAutomatic
 */
export function playAutomatically(table, kitchen, isAutomatic) {
  let dishes = 0;
  setInterval(() => {
    if (!isAutomatic()) return;
    const dish = table.menu[dishes % table.menu.length];
    if (!dish || !table.isOpen || kitchen.spike.length >= DISHES_ON_ORDER) return;
    table.order(dish);
    dishes++;
  }, LOOK_MS);
}
