/**
 * Somebody who can order, while its line is open.
 * @typedef {{ readonly menu: readonly string[], readonly isOpen: boolean, order(dish: string): void }} Orderer
 * @typedef {import('./kitchen-window.js').KitchenWindow} KitchenWindow
 */

const LOOK_MS = 400;
const DISHES_ON_ORDER = 6;

/**
 * Does what somebody who only watches does not: orders, so that there is always something to cook.
 * @param {readonly Orderer[]} guests Who orders: the first whose line is open.
 * @param {KitchenWindow} kitchen @param {() => boolean} isAutomatic
 */
export function playAutomatically(guests, kitchen, isAutomatic) {
  let dishes = 0;
  setInterval(() => {
    if (!isAutomatic() || kitchen.spike.length >= DISHES_ON_ORDER) return;
    const guest = guests.find(({ isOpen, menu }) => isOpen && menu.length > 0);
    const dish = guest?.menu[dishes % guest.menu.length];
    if (!dish) return;
    guest?.order(dish);
    dishes++;
  }, LOOK_MS);
}
