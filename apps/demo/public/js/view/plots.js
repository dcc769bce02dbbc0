import { Samples } from '../samples.js';
import { WAYS } from '../ways.js';
import { Chart, DASHES } from './chart.js';
import { element, the } from './element.js';
import { duration } from './format.js';

/**
 * Draws what each way costs, over time.
 * @param {readonly import('../diary.js').Diary[]} diaries @param {() => boolean} isUp
 */
export function plot(diaries, isUp) {
  drawLegend();
  const cuts = () => samples.cuts;
  const requests = chart('requests', { label: 'Requests made, in total, over time', format: String, cuts });
  const received = chart('received', {
    label: 'Kilobytes received, in total, over time',
    format: (value) => `${value} kB`,
    cuts,
  });
  const delay = chart('delay', {
    label: 'Delay from the kitchen to the guest, over time',
    format: duration,
    points: true,
    cuts,
  });
  const samples = new Samples(diaries, isUp, () => {
    requests.draw(samples.times, samples.requests);
    received.draw(samples.times, samples.received);
    delay.draw(samples.times, samples.delays);
  });
}

/** @param {string} name @param {import('./chart.js').ChartOptions} options */
function chart(name, options) {
  return new Chart(the(document, `#plot-${name}`, HTMLElement), WAYS, options);
}

function drawLegend() {
  const lines = WAYS.map(({ id, kind }, i) => {
    const line = element('li', '', kind);
    line.dataset['way'] = id;
    line.insertAdjacentHTML(
      'afterbegin',
      `<svg viewBox="0 0 34 8" aria-hidden="true"><line x2="34" y1="4" y2="4" stroke-dasharray="${DASHES[i]}" /></svg>`,
    );
    return line;
  });
  the(document, '#legend', HTMLElement).append(...lines);
}
