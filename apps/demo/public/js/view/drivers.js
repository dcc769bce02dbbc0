import { element } from './element.js';

/** The buttons that send a driver. @param {Element} place @param {import('../ways/charity.js').Charity} charity */
export function drawDrivers(place, charity) {
  place.append(element('p', 'hint', 'Have the restaurant called:'));
  const buttons = element('div', 'drivers');
  buttons.append(driver('Send the driver', false), driver('Send an impostor', true));
  place.append(buttons);

  /** @param {string} text @param {boolean} impostor */
  function driver(text, impostor) {
    const button = element('button', impostor ? 'quiet' : '', text);
    button.addEventListener('click', () => charity.send(impostor));
    return button;
  }
}
