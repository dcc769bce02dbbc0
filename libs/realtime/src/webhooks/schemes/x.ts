import { jsonAnswer } from './handshake-answers.js';
import { hmacSignature } from './hmac-signature.js';
import type { HandshakeAnswer, HandshakeRequest, WebhookScheme, WebhookSecret } from './webhook-scheme.js';

const PREFIX = 'sha256=';

/**
 * X, with the app's consumer secret. `GET ?crc_token=…` on the webhook's path is answered as well. X signs that
 * token as it signs bodies: only tokens of letters, digits and `_.+/=~-` are signed, and a body made of these
 * alone is refused. It signs no time, and sends no id and no type.
 *
 * @see https://docs.x.com/x-api/webhooks/quickstart
 * @example
 * \@Webhook('x', { scheme: x({ secret: process.env.X_CONSUMER_SECRET! }) })
 */
export function x({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'x',
    secret,
    signature: hmacSignature('x-twitter-webhooks-signature', { prefix: PREFIX, encoding: 'base64' }),
    signed: '{body}',
    handshake: { method: 'GET', answer: check },
  };
}

function check({ query, sign }: HandshakeRequest): HandshakeAnswer | undefined {
  const token = query.get('crc_token');
  return token === null ? undefined : jsonAnswer({ response_token: PREFIX + sign(token) });
}
