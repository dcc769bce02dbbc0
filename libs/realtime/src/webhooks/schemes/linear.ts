import { hmacSignature } from './hmac-signature.js';
import type { WebhookScheme, WebhookSecret } from './webhook-scheme.js';

/**
 * Linear. It signs the body, which says when it was sent: at most a minute ago.
 *
 * @see https://linear.app/developers/webhooks
 * @example
 * \@Webhook('linear', { scheme: linear({ secret: process.env.LINEAR_SECRET! }) })
 */
export function linear({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'linear',
    secret,
    signature: hmacSignature('linear-signature'),
    signed: '{body}',
    timestamp: { in: [{ body: 'webhookTimestamp' }], unit: 'ms', toleranceMs: 60_000 },
    id: [{ header: 'linear-delivery' }],
    type: [{ header: 'linear-event' }],
  };
}
