import { Reflector } from '@nestjs/core';
import type { ConsumerOptions } from '../../consumers/consumer-options.js';
import { RealtimeConfigurationError } from '../../realtime.errors.js';
import type { WebhookScheme } from '../schemes/webhook-scheme.js';
import { publicUrlFault } from './public-url.js';
import { schemeFault } from './scheme-fault.js';

export interface WebhookOptions {
  /** Who signs, and how: `standardWebhooks({ secret })`, `github`, `stripe`, `slack`, `twilio`, `hmac` … */
  readonly scheme: WebhookScheme;
  /**
   * What it is called in the topic `webhooks/<name>`, in logs and in metrics; one segment, unique in the
   * application. Default: its path, `/` and what else is no word replaced by `-`.
   */
  readonly name?: string;
  /**
   * How long deliveries are remembered, so that none is handled twice, in milliseconds; 0 switches it off.
   * Default: 604,800,000, 7 days: the retries of Standard Webhooks alone span 75 hours.
   */
  readonly dedupeMs?: number;
  /** The largest body, in bytes, as sent and again decompressed; 413 beyond. Default: 1,048,576. */
  readonly maxBytes?: number;
  /** Whether verified events are published to `webhooks/<name>`. Default: true. */
  readonly publish?: boolean;
  /**
   * When the sender is answered. `handled`: when the handler has run. `accepted`: with 202 as soon as the
   * delivery is in the log, as safe as the engine makes it; the handler then runs as the durable consumer
   * `webhooks/<name>`, and is tried again until it succeeds. It can take nothing but the `@WebhookEvent()`,
   * which comes without credentials: `Authorization`, `Cookie`. Default: `handled`.
   */
  readonly ack?: 'handled' | 'accepted';
  /** How the durable consumer works, with `ack: 'accepted'`. */
  readonly consumer?: ConsumerOptions;
  /**
   * What stands before a request's path in the URL that senders call, for those that sign it: Twilio, Square,
   * HubSpot. `https://example.com`, or `https://example.com/api` where a proxy takes off `/api`. No header can
   * change it. Default: `publicUrl` of the module.
   */
  readonly publicUrl?: string;
}

/** A webhook with its defaults filled in. */
export type WebhookDefinition = Required<Omit<WebhookOptions, 'publicUrl'>> &
  Pick<WebhookOptions, 'publicUrl'>;

export const WEBHOOK_DEFAULTS = Object.freeze({
  dedupeMs: 7 * 24 * 3_600_000,
  maxBytes: 1024 * 1024,
  publish: true,
  ack: 'handled',
  consumer: Object.freeze({}),
} as const);

/** What `@Webhook` was given, on its method. */
export const Webhooks = Reflector.createDecorator<WebhookDefinition>({ key: 'nestjs-realtime:webhook' });

export function defineWebhook(path: string, options: WebhookOptions): WebhookDefinition {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const name = path.replaceAll(/[^\p{L}\p{N}._~-]+/gu, '-').replaceAll(/^-+|-+$/g, '');
  return Object.freeze({ name, ...WEBHOOK_DEFAULTS, ...given } as WebhookDefinition);
}

/** @throws RealtimeConfigurationError beginning with `where`, the class and method */
export function checkWebhook(where: string, webhook: WebhookDefinition): void {
  const fault = faultOf(webhook);
  if (fault) throw new RealtimeConfigurationError(`${where}: ${fault}.`);
}

function faultOf(webhook: WebhookDefinition): string | undefined {
  const { name, dedupeMs, maxBytes, scheme, ack, consumer, publicUrl } = webhook;
  if (name === '') return 'its path gives it no name: add one, name: "orders"';
  if (!/^[^/\p{Cc}\p{Surrogate}\u2028\u2029\ufffe\uffff]{1,64}$/u.test(name) || /^\*{1,2}$/.test(name)) {
    return `its name ${JSON.stringify(name)} is no topic segment of at most 64 characters: choose another`;
  }
  if (!(dedupeMs >= 0)) return `dedupeMs must be 0 or more, not ${String(dedupeMs)}`;
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) {
    return `maxBytes must be a whole number above 0, not ${String(maxBytes)}`;
  }
  if (ack !== 'handled' && ack !== 'accepted')
    return `ack must be "handled" or "accepted", not "${String(ack)}"`;
  if (ack === 'handled' && Object.keys(consumer).length > 0) {
    return 'it has options for a consumer, and none: add ack: "accepted", or leave them out';
  }
  return publicUrlFault(publicUrl, scheme) ?? schemeFault(scheme);
}
