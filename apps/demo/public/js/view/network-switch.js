import { the } from './element.js';

/**
 * @typedef {import('../network.js').Network} Network
 * @typedef {import('./card.js').Card} Card
 */

/** The one big switch. @param {Network} network */
export function drawSwitch(network) {
  const button = the(document, '#network', HTMLButtonElement);
  const news = the(document, '#news', HTMLElement);
  button.addEventListener('click', () => network.switch(!network.isOn));
  network.addEventListener('change', draw);
  draw();

  function draw() {
    button.setAttribute('aria-checked', String(network.isOn));
    document.documentElement.dataset['network'] = network.isUp ? 'up' : 'cut';
    news.textContent = network.isUp
      ? 'The guests are connected. Cut the network and watch the kitchen cook on.'
      : 'Cut. The kitchen cooks on, the guests hear nothing. Restore it, and see what each has missed.';
  }
}
