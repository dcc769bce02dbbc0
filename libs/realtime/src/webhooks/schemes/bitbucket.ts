import { hmacSignature } from './hmac-signature.js';
import type { WebhookScheme, WebhookSecret } from './webhook-scheme.js';

/**
 * Bitbucket Cloud. It signs the body only, and no time.
 *
 * @see https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/
 * @example
 * \@Webhook('bitbucket', { scheme: bitbucket({ secret: process.env.BITBUCKET_SECRET! }) })
 */
export function bitbucket({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'bitbucket',
    secret,
    signature: hmacSignature('x-hub-signature', { prefix: 'sha256=' }),
    signed: '{body}',
    id: [{ header: 'x-request-uuid' }],
    type: [{ header: 'x-event-key' }],
  };
}
