/**
 * Makes the children of a list be those of its items, keeping the elements of items that stay, so that what is
 * new can be animated.
 * @template T
 * @param {Element} list
 * @param {readonly T[]} items
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => Element} create
 * @param {(element: Element, item: T) => void} update
 */
export function keyed(list, items, keyOf, create, update = () => {}) {
  const kept = new Map(Array.from(list.children, (child) => [child.getAttribute('data-key'), child]));
  const children = items.map((item) => {
    const key = keyOf(item);
    const child = kept.get(key) ?? create(item);
    child.setAttribute('data-key', key);
    update(child, item);
    return child;
  });
  if (children.length === list.children.length && children.every((child, i) => child === list.children[i]))
    return;
  list.replaceChildren(...children);
}
