import { textSecret } from './secrets.js';
import { TOLERANCE_MS, type WebhookScheme, type WebhookSecret } from './webhook-scheme.js';

/**
 * Mailgun, with the webhook signing key. It signs a time and a token, in the body, but not the body: whoever
 * reads one delivery can change it, as long as it is fresh and its token has not been seen.
 *
 * @see https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
 * @example
 * \@Webhook('mailgun', { scheme: mailgun({ secret: process.env.MAILGUN_SIGNING_KEY! }) })
 */
export function mailgun({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'mailgun',
    secret,
    signature: {
      in: [{ body: 'signature.signature' }],
      variants: [{ prefix: '', algorithm: 'hmac-sha256', encoding: 'hex', key: textSecret }],
    },
    signed: '{timestamp}{id}',
    unsignedBody: true,
    timestamp: { in: [{ body: 'signature.timestamp' }], unit: 's', toleranceMs: TOLERANCE_MS },
    id: [{ body: 'signature.token' }],
    type: [{ body: 'event-data.event' }],
  };
}
