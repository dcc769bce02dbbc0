/**
 * An element with a class and text.
 * @param {string} tag @param {string} className @param {string} text
 */
export function element(tag, className = '', text = '') {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/**
 * The one element that matches, of the type that is asked for.
 * @template {Element} T
 * @param {ParentNode} parent @param {string} selector @param {new () => T} type
 * @returns {T}
 */
export function the(parent, selector, type) {
  const found = parent.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`The page has no ${selector}.`);
  return found;
}
