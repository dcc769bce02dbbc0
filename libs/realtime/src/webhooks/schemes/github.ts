import { hmacSignature } from './hmac-signature.js';
import type { WebhookScheme, WebhookSecret } from './webhook-scheme.js';

/**
 * GitHub, as JSON or as a form. It signs the body only: neither the delivery's id nor its event, and no time.
 * So a body that was handled is a duplicate under any id, for as long as deliveries are remembered.
 *
 * @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 * @example
 * \@Webhook('github', { scheme: github({ secret: process.env.GITHUB_WEBHOOK_SECRET! }) })
 */
export function github({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'github',
    secret,
    signature: hmacSignature('x-hub-signature-256', { prefix: 'sha256=' }),
    signed: '{body}',
    id: [{ header: 'x-github-delivery' }],
    type: [{ header: 'x-github-event' }],
    formJson: 'payload',
  };
}
