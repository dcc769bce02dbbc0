/**
 * @typedef {import('./regular.js').Regular} Regular
 * @typedef {import('./kitchen-window.js').KitchenWindow} KitchenWindow
 */

const LOOK_MS = 400;
const DISHES_ON_ORDER = 6;

/**
 * Does what somebody who only watches does not: orders, so that there is always something to cook.
 * @param {Regular} regular @param {KitchenWindow} kitchen @param {() => boolean} isAutomatic
 */
export function playAutomatically(regular, kitchen, isAutomatic) {
  let dishes = 0;
  setInterval(() => {
    if (!isAutomatic()) return;
    const dish = regular.menu[dishes % regular.menu.length];
    if (!dish || regular.state.name !== 'live' || kitchen.spike.length >= DISHES_ON_ORDER) return;
    void regular.order(dish);
    dishes++;
  }, LOOK_MS);
}
