import { TRANSPORTS } from '../transports.js';
import { the } from './element.js';

/**
 * @typedef {import('../network.js').Network} Network
 * @typedef {import('../regular.js').Regular} Regular
 */

/** The one big switch, and those for single transports. @param {Network} network @param {Regular} regular */
export function drawSwitches(network, regular) {
  const button = the(document, '#network', HTMLButtonElement);
  const news = the(document, '#news', HTMLElement);
  const gates = TRANSPORTS.slice(0, -1).map((transport) => ({ ...transport, gate: createGate(transport) }));
  the(document, '#gates', HTMLElement).append(...gates.map(({ gate }) => gate));
  for (const { id, gate } of gates) gate.addEventListener('click', () => network.toggle(id));
  button.addEventListener('click', () => network.switch(!network.isOn));
  network.addEventListener('change', draw);
  regular.addEventListener('change', draw);
  draw();

  function draw() {
    const { isOn, isUp, blocked } = network;
    button.setAttribute('aria-checked', String(isOn));
    document.documentElement.dataset['network'] = isUp ? 'up' : 'cut';
    for (const { id, way, gate } of gates) {
      const isBlocked = blocked.includes(id);
      gate.disabled = !isOn;
      gate.toggleAttribute('data-used', regular.state.name === 'live' && regular.state.transport === id);
      gate.setAttribute('aria-checked', String(!isBlocked));
      document.documentElement.toggleAttribute(`data-no-${way}`, isBlocked);
    }
    news.textContent = !isUp
      ? 'Cut. The kitchen cooks on, the guests hear nothing. Restore it, and see what each has missed.'
      : blocked.length > 0
        ? 'As many a proxy does. Who knows one way only hears nothing; the regular takes the next one.'
        : 'The guests are connected. Cut the network, or block one way of it, and watch the kitchen cook on.';
  }
}

/** @param {(typeof TRANSPORTS)[number]} transport */
function createGate({ name, way }) {
  const template = the(document, '#gate', HTMLTemplateElement);
  const gate = the(
    /** @type {DocumentFragment} */ (template.content.cloneNode(true)),
    'button',
    HTMLButtonElement,
  );
  gate.dataset['way'] = way;
  the(gate, '.name', HTMLElement).textContent = name;
  return gate;
}
