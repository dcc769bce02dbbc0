import { copyOn } from './copy.js';
import { element, the } from './element.js';
import { extraOf } from './cards.js';

/** @typedef {import('../guest.js').Guest} Guest */

/** How to do without a browser what the page does. @param {Guest} guest */
export function drawCurl(guest) {
  const lines = driverLines(guest.order);
  the(document, '#curl', HTMLElement).textContent = lines;
  copyOn(the(document, '#copy', HTMLButtonElement), () => lines);
  copyCurl('short', '-i', guest, '?');
  copyCurl('long', '-i', guest, `/log?since=${guest.cursor}&wait=20&`);
  copyCurl('sse', '-N', guest, `/events?since=${guest.cursor}&`);
}

/** The lines that call the restaurant as the charity's driver does. @param {string} order */
function driverLines(order) {
  return [
    `body='{"type":"leftovers.fetched","data":{"order":"${order}","driver":"Curl"}}'`,
    'id="msg_$(openssl rand -hex 8)"; now="$(date +%s)"',
    `key='a demo secret, known to everybody'`,
    'sign="$(printf %s "$id.$now.$body" | openssl dgst -sha256 -hmac "$key" -binary | openssl base64)"',
    `curl -i ${location.origin}/webhooks/charity -H 'content-type: application/json' \\`,
    '  -H "webhook-id: $id" -H "webhook-timestamp: $now" -H "webhook-signature: v1,$sign" -d "$body"',
  ].join('\n');
}

/** @param {import('../ways.js').WayId} way @param {string} flag @param {Guest} guest @param {string} path */
function copyCurl(way, flag, { order, token }, path) {
  const button = document.createElement('button');
  button.className = 'small';
  button.textContent = 'Copy as curl';
  const url = `${location.origin}/orders/${order}${path}access_token=${token}`;
  copyOn(button, () => `curl ${flag} '${url}'`);
  const line = element('p', 'copy');
  line.append(button);
  extraOf(way).append(line);
}
