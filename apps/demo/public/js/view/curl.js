import { the } from './element.js';

/** The lines that call the restaurant as the charity's driver does. @param {import('../guest.js').Guest} guest */
export function drawCurl(guest) {
  const lines = [
    `body='{"type":"leftovers.fetched","data":{"order":"${guest.order}","driver":"Curl"}}'`,
    'id="msg_$(openssl rand -hex 8)"; now="$(date +%s)"',
    `key='a demo secret, known to everybody'`,
    'sign="$(printf %s "$id.$now.$body" | openssl dgst -sha256 -hmac "$key" -binary | openssl base64)"',
    `curl -i ${location.origin}/webhooks/charity -H 'content-type: application/json' \\`,
    '  -H "webhook-id: $id" -H "webhook-timestamp: $now" -H "webhook-signature: v1,$sign" -d "$body"',
  ];
  the(document, '#curl', HTMLElement).textContent = lines.join('\n');
  const copy = the(document, '#copy', HTMLButtonElement);
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(lines.join('\n'));
    copy.textContent = 'Copied';
  });
}
