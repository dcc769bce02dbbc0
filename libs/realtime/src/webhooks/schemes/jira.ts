import { hmacSignature } from './hmac-signature.js';
import type { WebhookScheme, WebhookSecret } from './webhook-scheme.js';

/**
 * Jira Cloud: webhooks that an administrator made, with a secret. It signs the body only, and no time.
 * Signatures by any method but `sha256` are refused.
 *
 * @see https://developer.atlassian.com/cloud/jira/platform/webhooks/
 * @example
 * \@Webhook('jira', { scheme: jira({ secret: process.env.JIRA_SECRET! }) })
 */
export function jira({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'jira',
    secret,
    signature: hmacSignature('x-hub-signature', { prefix: 'sha256=' }),
    signed: '{body}',
    id: [{ header: 'x-atlassian-webhook-identifier', optional: true }],
    type: [{ body: 'webhookEvent' }],
  };
}
