import { jsonAnswer, property } from './handshake-answers.js';
import { hmacSignature } from './hmac-signature.js';
import {
  type HandshakeAnswer,
  type HandshakeRequest,
  TOLERANCE_MS,
  type WebhookScheme,
  type WebhookSecret,
} from './webhook-scheme.js';

/**
 * Zoom, with the app's secret token. `endpoint.url_validation` is answered once its signature has been found
 * right. Zoom sends no id, and signs a new time at each retry: a delivery is known by its body.
 *
 * @see https://developers.zoom.us/docs/api/webhooks
 * @example
 * \@Webhook('zoom', { scheme: zoom({ secret: process.env.ZOOM_SECRET_TOKEN! }) })
 */
export function zoom({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'zoom',
    secret,
    signature: hmacSignature('x-zm-signature', { prefix: 'v0=' }),
    signed: 'v0:{timestamp}:{body}',
    timestamp: { in: [{ header: 'x-zm-request-timestamp' }], unit: 's', toleranceMs: TOLERANCE_MS },
    id: [{ digest: 'body' }],
    type: [{ body: 'event' }],
    handshake: { answer: validation },
  };
}

function validation({ data, sign }: HandshakeRequest): HandshakeAnswer | undefined {
  const plainToken = property(property(data, 'payload'), 'plainToken');
  if (property(data, 'event') !== 'endpoint.url_validation' || typeof plainToken !== 'string')
    return undefined;
  return jsonAnswer({ plainToken, encryptedToken: sign(plainToken) });
}
