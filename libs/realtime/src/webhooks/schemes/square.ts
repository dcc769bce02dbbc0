import { hmacSignature } from './hmac-signature.js';
import type { WebhookScheme, WebhookSecret } from './webhook-scheme.js';

/**
 * Square, with the subscription's signature key. It signs the URL, so `publicUrl` has to be set, and the body,
 * but no time.
 *
 * @see https://developer.squareup.com/docs/webhooks/step3validate
 * @example
 * \@Webhook('square', {
 *   scheme: square({ secret: process.env.SQUARE_SIGNATURE_KEY! }),
 *   publicUrl: 'https://example.com',
 * })
 */
export function square({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'square',
    secret,
    signature: hmacSignature('x-square-hmacsha256-signature', { encoding: 'base64' }),
    signed: '{url}{body}',
    id: [{ body: 'event_id' }],
    type: [{ body: 'type' }],
  };
}
