import { textAnswer } from './handshake-answers.js';
import { hmacSignature } from './hmac-signature.js';
import { requiredText, tokensEqual } from './secrets.js';
import type { WebhookScheme, WebhookSecret } from './webhook-scheme.js';

export interface MetaOptions {
  /** The app's secret. */
  readonly secret: WebhookSecret;
  /** The verify token that you made up, and entered in the app's dashboard. */
  readonly verifyToken: string;
}

/**
 * Meta: Facebook, Instagram, WhatsApp. `GET ?hub.mode=subscribe&…` on the webhook's path is answered as well,
 * if it knows the verify token. Meta signs the body only, and sends no id.
 *
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started/
 * @example
 * \@Webhook('meta', {
 *   scheme: meta({ secret: process.env.META_APP_SECRET!, verifyToken: process.env.META_VERIFY_TOKEN! }),
 * })
 * @throws Error when there is no verify token
 */
export function meta({ secret, verifyToken }: MetaOptions): WebhookScheme {
  const expected = requiredText('meta', 'verifyToken', verifyToken);
  return {
    name: 'meta',
    secret,
    signature: hmacSignature('x-hub-signature-256', { prefix: 'sha256=' }),
    signed: '{body}',
    type: [{ body: 'object' }],
    handshake: {
      method: 'GET',
      answer: ({ query }) => {
        const isRight = tokensEqual(query.get('hub.verify_token') ?? '', expected);
        const challenge = query.get('hub.challenge');
        if (!isRight || query.get('hub.mode') !== 'subscribe' || challenge === null) return undefined;
        return textAnswer(challenge);
      },
    },
  };
}
