import { the } from './element.js';

/** Says that the restaurant was started anew and knows nobody. @param {import('../guest.js').Guest} guest */
export function drawLost(guest) {
  const banner = the(document, '#lost', HTMLElement);
  the(banner, 'button', HTMLButtonElement).addEventListener('click', () => location.reload());
  guest.addEventListener('lost', () => (banner.hidden = false));
}
