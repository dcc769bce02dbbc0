import { hmacSignature } from './hmac-signature.js';
import { TOLERANCE_MS, type WebhookScheme, type WebhookSecret } from './webhook-scheme.js';

/**
 * HubSpot, version 3 of its signatures, with the app's client secret. It signs the URL, so `publicUrl` has to
 * be set. It sends its events in batches: `data` is a list, the type is `message`, and the id is made of the
 * subscriptions, ids and times of all the events in it.
 *
 * @see https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
 * @example
 * \@Webhook('hubspot', {
 *   scheme: hubspot({ secret: process.env.HUBSPOT_CLIENT_SECRET! }),
 *   publicUrl: 'https://example.com',
 * })
 */
export function hubspot({ secret }: { readonly secret: WebhookSecret }): WebhookScheme {
  return {
    name: 'hubspot',
    secret,
    signature: hmacSignature('x-hubspot-signature-v3', { encoding: 'base64' }),
    signed: '{method}{url}{body}{timestamp}',
    urls: (url) => [url, decoded(url)],
    timestamp: { in: [{ header: 'x-hubspot-request-timestamp' }], unit: 'ms', toleranceMs: TOLERANCE_MS },
    // HubSpot does not promise that an event's id is its alone.
    id: [{ all: [{ body: '*.subscriptionId' }, { body: '*.eventId' }, { body: '*.occurredAt' }] }],
  };
}

/** HubSpot signs some of the characters as they are that it calls escaped. */
function decoded(url: string): string {
  return url.replaceAll(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, decodeURIComponent);
}
