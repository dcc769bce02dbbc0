import { tokenSignature } from './token-signature.js';
import type { WebhookScheme, WebhookSecret } from './webhook-scheme.js';

/**
 * GitLab with a secret token, which is sent along and signs nothing: whoever reads one delivery can forge
 * others. Signing tokens are better: `standardWebhooks`.
 *
 * @see https://docs.gitlab.com/user/project/integrations/webhooks/
 * @example
 * \@Webhook('gitlab', { scheme: gitlabToken({ secret: process.env.GITLAB_TOKEN! }) })
 */
export function gitlabToken({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'gitlabToken',
    secret,
    signature: tokenSignature('x-gitlab-token'),
    signed: '',
    unsignedBody: true,
    // Not X-Gitlab-Event-UUID: events that follow from each other share it.
    id: [{ header: 'idempotency-key', optional: true }],
    type: [{ header: 'x-gitlab-event' }],
  };
}
