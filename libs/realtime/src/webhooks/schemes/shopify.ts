import { hmacSignature } from './hmac-signature.js';
import type { WebhookScheme, WebhookSecret } from './webhook-scheme.js';

/**
 * Shopify, with the app's client secret. It signs the body only, and no time.
 *
 * @see https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
 * @example
 * \@Webhook('shopify', { scheme: shopify({ secret: process.env.SHOPIFY_CLIENT_SECRET! }) })
 */
export function shopify({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'shopify',
    secret,
    signature: hmacSignature('x-shopify-hmac-sha256', { encoding: 'base64' }),
    signed: '{body}',
    id: [{ header: 'x-shopify-webhook-id' }],
    type: [{ header: 'x-shopify-topic' }],
  };
}
