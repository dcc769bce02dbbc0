import { base64Secret, ed25519PrivateKey, ed25519PublicKey } from './secrets.js';
import { TOLERANCE_MS, type WebhookScheme, type WebhookSecret } from './webhook-scheme.js';

/**
 * Standard Webhooks, as sent by Svix, Clerk, Resend, OpenAI, GitLab's signing tokens and this library: secrets
 * `whsec_…` (v1, HMAC) or public keys `whpk_…` (v1a, ed25519). Headers named `svix-…` are read as well.
 *
 * @see https://www.standardwebhooks.com
 * @example
 * \@Webhook('courier', { scheme: standardWebhooks({ secret: process.env.COURIER_SECRET! }) })
 */
export function standardWebhooks({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'standardWebhooks',
    secret,
    signature: {
      in: [{ header: 'webhook-signature' }, { header: 'svix-signature' }],
      separator: ' ',
      variants: [
        { prefix: 'v1,', algorithm: 'hmac-sha256', encoding: 'base64', key: base64Secret('whsec_') },
        {
          prefix: 'v1a,',
          algorithm: 'ed25519',
          encoding: 'base64',
          key: ed25519PublicKey('whpk_'),
          signingKey: ed25519PrivateKey('whsk_'),
        },
      ],
    },
    signed: '{id}.{timestamp}.{body}',
    timestamp: {
      in: [{ header: 'webhook-timestamp' }, { header: 'svix-timestamp' }],
      unit: 's',
      toleranceMs: TOLERANCE_MS,
    },
    id: [{ header: 'webhook-id' }, { header: 'svix-id' }],
    type: [{ body: 'type' }],
  };
}
