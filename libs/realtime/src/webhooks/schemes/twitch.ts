import { property, textAnswer } from './handshake-answers.js';
import { hmacSignature } from './hmac-signature.js';
import type { HandshakeAnswer, HandshakeRequest, WebhookScheme, WebhookSecret } from './webhook-scheme.js';

/**
 * Twitch EventSub. `webhook_callback_verification` is answered once its signature has been found right. A
 * revocation arrives as an event: its `data` has no `event`.
 *
 * @see https://dev.twitch.tv/docs/eventsub/handling-webhook-events/
 * @example
 * \@Webhook('twitch', { scheme: twitch({ secret: process.env.TWITCH_SECRET! }) })
 */
export function twitch({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'twitch',
    secret,
    signature: hmacSignature('twitch-eventsub-message-signature', { prefix: 'sha256=' }),
    signed: '{id}{timestamp}{body}',
    timestamp: {
      in: [{ header: 'twitch-eventsub-message-timestamp' }],
      unit: 'rfc3339',
      toleranceMs: 600_000,
    },
    id: [{ header: 'twitch-eventsub-message-id' }],
    type: [{ body: 'subscription.type' }],
    handshake: { answer: challenge },
  };
}

function challenge({ headers, data }: HandshakeRequest): HandshakeAnswer | undefined {
  const text = property(data, 'challenge');
  const isVerification = headers['twitch-eventsub-message-type'] === 'webhook_callback_verification';
  return isVerification && typeof text === 'string' ? textAnswer(text) : undefined;
}
