import { readRequestHeader } from './handshake-answers.js';
import { tokenSignature } from './token-signature.js';
import type { WebhookScheme, WebhookSecret } from './webhook-scheme.js';

export interface CloudEventsOptions {
  /** The token that the sender puts behind `Authorization: Bearer`. */
  readonly secret: WebhookSecret;
  /** Who may send, by the names in `WebHook-Request-Origin`. Default: anybody who has the token. */
  readonly origins?: readonly string[];
  /** How many requests a minute are allowed to a sender that asks. Default: any number. */
  readonly ratePerMinute?: number;
}

/**
 * CloudEvents over HTTP webhooks, in binary and structured mode, with a bearer token, which signs nothing.
 * `OPTIONS` with `WebHook-Request-Origin` on the webhook's path is answered as well, unless CORS, where it is
 * enabled, answers first. An event is known by its `source` and `id`, a batch by its bytes. In binary mode `data`
 * is the event's data, in structured mode the whole event.
 *
 * @see https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md
 * @example
 * \@Webhook('events', { scheme: cloudEvents({ secret: process.env.EVENTS_TOKEN! }) })
 */
export function cloudEvents({ secret, origins, ratePerMinute }: CloudEventsOptions): WebhookScheme {
  return {
    name: 'cloudEvents',
    secret,
    signature: tokenSignature('authorization', 'Bearer '),
    signed: '',
    unsignedBody: true,
    id: [
      { all: [{ header: 'ce-source' }, { header: 'ce-id' }] },
      { all: [{ body: 'source' }, { body: 'id' }] },
    ],
    type: [{ header: 'ce-type' }, { body: 'type' }],
    handshake: {
      method: 'OPTIONS',
      answer: ({ headers }) => {
        const origin = readRequestHeader(headers, 'webhook-request-origin');
        if (origin === undefined || (origins && !origins.includes(origin))) return undefined;
        const rate = String(ratePerMinute ?? '*');
        return {
          headers: { Allow: 'POST', 'WebHook-Allowed-Origin': origin, 'WebHook-Allowed-Rate': rate },
        };
      },
    },
  };
}
