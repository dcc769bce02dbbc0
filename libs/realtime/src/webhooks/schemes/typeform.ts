import { hmacSignature } from './hmac-signature.js';
import type { WebhookScheme, WebhookSecret } from './webhook-scheme.js';

/**
 * Typeform. It signs the body, and no time.
 *
 * @see https://www.typeform.com/developers/webhooks/secure-your-webhooks/
 * @example
 * \@Webhook('typeform', { scheme: typeform({ secret: process.env.TYPEFORM_SECRET! }) })
 */
export function typeform({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'typeform',
    secret,
    signature: hmacSignature('typeform-signature', { prefix: 'sha256=', encoding: 'base64' }),
    signed: '{body}',
    id: [{ body: 'event_id' }],
    type: [{ body: 'event_type' }],
  };
}
