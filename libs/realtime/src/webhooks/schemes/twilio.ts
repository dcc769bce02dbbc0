import { hmacSignature } from './hmac-signature.js';
import type { WebhookScheme, WebhookSecret } from './webhook-scheme.js';

/**
 * Twilio, with the account's auth token, called by POST: forms, and JSON where the URL has `bodySHA256`. It signs the URL, so
 * `publicUrl` has to be set, but neither an id nor a time: what was handled is a duplicate whenever it comes
 * again. Where a call may rightly send the same twice, as when a caller presses the same key again, add
 * `dedupeMs: 0`.
 *
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-security
 * @example
 * \@Webhook('sms', {
 *   scheme: twilio({ secret: process.env.TWILIO_AUTH_TOKEN! }),
 *   publicUrl: 'https://example.com',
 * })
 * \@Header('Content-Type', 'text/xml')
 * sms(\@WebhookEvent() { data }: InboundWebhook<{ Body: string }>) {
 *   return '<Response><Message>Thank you</Message></Response>';
 * }
 */
export function twilio({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'twilio',
    secret,
    signature: hmacSignature('x-twilio-signature', { algorithm: 'hmac-sha1', encoding: 'base64' }),
    signed: '{url}{form}',
    urls: withAndWithoutPort,
    bodyDigest: { query: 'bodySHA256' },
    id: [{ header: 'i-twilio-idempotency-token', optional: true }],
  };
}

function withAndWithoutPort(url: string): string[] {
  const [, scheme, host = '', port, path = ''] = /^(https?:\/\/)([^/?]*?)(:\d+)?([/?].*)?$/.exec(url) ?? [];
  if (scheme === undefined) return [url];
  const standard = scheme === 'https://' ? ':443' : ':80';
  return [scheme + host + path, scheme + host + (port ?? standard) + path];
}
