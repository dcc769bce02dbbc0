import { property, textAnswer } from './handshake-answers.js';
import { hmacSignature } from './hmac-signature.js';
import {
  type HandshakeAnswer,
  type HandshakeRequest,
  TOLERANCE_MS,
  type WebhookScheme,
  type WebhookSecret,
} from './webhook-scheme.js';

/**
 * Slack: events, interactions and slash commands, with the app's signing secret. `url_verification` is
 * answered once its signature has been found right. What the method returns is the answer to a command:
 * `{ text: 'On its way' }`.
 *
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 * @example
 * \@Webhook('slack', { scheme: slack({ secret: process.env.SLACK_SIGNING_SECRET! }) })
 */
export function slack({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'slack',
    secret,
    signature: hmacSignature('x-slack-signature', { prefix: 'v0=' }),
    signed: 'v0:{timestamp}:{body}',
    timestamp: { in: [{ header: 'x-slack-request-timestamp' }], unit: 's', toleranceMs: TOLERANCE_MS },
    id: [{ body: 'event_id' }],
    type: [{ body: 'event.type' }, { body: 'type' }, { body: 'command' }],
    formJson: 'payload',
    handshake: { answer: challenge },
  };
}

function challenge({ data }: HandshakeRequest): HandshakeAnswer | undefined {
  const text = property(data, 'challenge');
  if (property(data, 'type') !== 'url_verification' || typeof text !== 'string') return undefined;
  return textAnswer(text);
}
