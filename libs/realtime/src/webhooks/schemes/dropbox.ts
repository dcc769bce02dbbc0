import { textAnswer } from './handshake-answers.js';
import { hmacSignature } from './hmac-signature.js';
import type { HandshakeAnswer, HandshakeRequest, WebhookScheme, WebhookSecret } from './webhook-scheme.js';

/**
 * Dropbox, with the app's secret. `GET ?challenge=…` on the webhook's path is answered as well. Dropbox signs the
 * body only, and sends no id and no type: who changed files is all it says, so what is known already is a
 * duplicate. Where the same accounts may change again, add `dedupeMs: 0`.
 *
 * @see https://www.dropbox.com/developers/reference/webhooks
 * @example
 * \@Webhook('dropbox', { scheme: dropbox({ secret: process.env.DROPBOX_APP_SECRET! }), dedupeMs: 0 })
 */
export function dropbox({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'dropbox',
    secret,
    signature: hmacSignature('x-dropbox-signature'),
    signed: '{body}',
    handshake: { method: 'GET', answer: echo },
  };
}

function echo({ query }: HandshakeRequest): HandshakeAnswer | undefined {
  const challenge = query.get('challenge');
  return challenge === null ? undefined : textAnswer(challenge);
}
