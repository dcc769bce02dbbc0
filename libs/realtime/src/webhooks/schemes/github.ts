import { textSecret } from './secrets.js';
import type { WebhookScheme, WebhookSecret } from './webhook-scheme.js';

/**
 * GitHub, as JSON or as a form. It signs the body only: neither the delivery's id nor its event, and no time.
 * So a body that was handled is a duplicate under any id, for as long as deliveries are remembered.
 */
export function github({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'github',
    secret,
    signature: {
      headers: ['x-hub-signature-256'],
      variants: [{ prefix: 'sha256=', algorithm: 'hmac-sha256', encoding: 'hex', key: textSecret }],
    },
    signed: '{body}',
    id: [{ header: 'x-github-delivery' }],
    type: [{ header: 'x-github-event' }],
    formJson: 'payload',
  };
}
