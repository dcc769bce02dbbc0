import { textSecret } from './secrets.js';
import {
  type HandshakeAnswer,
  TOLERANCE_MS,
  type VerifiedRequest,
  type WebhookScheme,
  type WebhookSecret,
} from './webhook-scheme.js';

/**
 * Slack: events, interactions and slash commands, with the app's signing secret. `url_verification` is
 * answered once its signature has been found right.
 */
export function slack({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'slack',
    secret,
    signature: {
      headers: ['x-slack-signature'],
      variants: [{ prefix: 'v0=', algorithm: 'hmac-sha256', encoding: 'hex', key: textSecret }],
    },
    signed: 'v0:{timestamp}:{body}',
    timestamp: { in: [{ header: 'x-slack-request-timestamp' }], unit: 's', toleranceMs: TOLERANCE_MS },
    id: [{ body: 'event_id' }],
    type: [{ body: 'event.type' }, { body: 'type' }, { body: 'command' }],
    formJson: 'payload',
    handshake: challenge,
  };
}

function challenge({ data }: VerifiedRequest): HandshakeAnswer | undefined {
  const { type, challenge } = (data ?? {}) as { type?: unknown; challenge?: unknown };
  if (type !== 'url_verification' || typeof challenge !== 'string') return undefined;
  return { contentType: 'text/plain; charset=utf-8', body: challenge };
}
