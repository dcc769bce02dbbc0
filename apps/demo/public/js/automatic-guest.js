/**
 * @typedef {import('./ways/table.js').Table} Table
 * @typedef {import('./ways/charity.js').Charity} Charity
 * @typedef {import('./kitchen-window.js').KitchenWindow} KitchenWindow
 */

const LOOK_MS = 400;
const DISHES_ON_ORDER = 6;
const PORTIONS_TO_FETCH = 4;

/**
 * Does what somebody who only watches does not: orders, so that there is always something to cook, and has the
 * leftovers fetched.
 * @param {Table} table @param {Charity} charity @param {KitchenWindow} kitchen @param {() => boolean} isAutomatic
 */
export function playAutomatically(table, charity, kitchen, isAutomatic) {
  let dishes = 0;
  let isFetching = false;
  setInterval(() => {
    if (!isAutomatic()) return;
    if (kitchen.leftovers >= PORTIONS_TO_FETCH) void fetchLeftovers();
    const dish = table.menu[dishes % table.menu.length];
    if (!dish || !table.isOpen || kitchen.stove.length >= DISHES_ON_ORDER) return;
    table.order(dish);
    dishes++;
  }, LOOK_MS);

  async function fetchLeftovers() {
    if (isFetching) return;
    isFetching = true;
    await charity.send(false);
    isFetching = false;
  }
}
