import { textSecret } from './secrets.js';
import { TOLERANCE_MS, type WebhookScheme, type WebhookSecret } from './webhook-scheme.js';

/**
 * Stripe. The secret is the whole `whsec_…` of the endpoint.
 *
 * @see https://docs.stripe.com/webhooks
 * @example
 * \@Webhook('stripe', { scheme: stripe({ secret: process.env.STRIPE_WEBHOOK_SECRET! }) })
 */
export function stripe({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'stripe',
    secret,
    signature: {
      in: [{ header: 'stripe-signature' }],
      separator: ',',
      variants: [{ prefix: 'v1=', algorithm: 'hmac-sha256', encoding: 'hex', key: textSecret }],
    },
    signed: '{timestamp}.{body}',
    timestamp: { in: [{ entry: 't=' }], unit: 's', toleranceMs: TOLERANCE_MS },
    id: [{ body: 'id' }],
    type: [{ body: 'type' }],
  };
}
