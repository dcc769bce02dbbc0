import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookScheme } from '../schemes/webhook-scheme.js';
import type { InboundWebhook } from './inbound-webhook.js';
import { parsePayload } from './payload.js';
import type { WebhookDefinition } from './webhook-options.js';

/** What must not lie in a log: it was for the request, and that was let in. */
const CREDENTIALS = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** A delivery as it waits in the log for its handler. */
export interface StoredDelivery {
  readonly id: string;
  readonly type: string;
  /** When it was sent, ISO 8601, if its sender says so. */
  readonly timestamp?: string;
  readonly headers: IncomingHttpHeaders;
  readonly params: Readonly<Record<string, string>>;
  /** As it was sent, in base64. */
  readonly body: string;
}

/** All of a delivery but credentials, and what can be read again from the rest. */
export function storeDelivery(
  { signature }: WebhookScheme,
  { id, type, timestamp, headers, params, rawBody }: InboundWebhook,
): StoredDelivery {
  const isToken = signature.variants.some(({ algorithm }) => algorithm === 'token');
  const tokens = isToken ? signature.in.map((field) => ('header' in field ? field.header : '')) : [];
  const kept = Object.entries(headers).filter(
    ([name]) => !CREDENTIALS.has(name) && !tokens.some((token) => token.toLowerCase() === name),
  );
  return {
    id,
    type,
    ...(timestamp && { timestamp: timestamp.toISOString() }),
    headers: Object.fromEntries(kept),
    params,
    body: rawBody.toString('base64'),
  };
}

/** The delivery as it was, without credentials. */
export async function restoreDelivery(
  { maxBytes, scheme }: WebhookDefinition,
  { id, type, timestamp, headers, params, body }: StoredDelivery,
): Promise<InboundWebhook> {
  const rawBody = Buffer.from(body, 'base64');
  const data = await parsePayload(headers, rawBody, { maxBytes, formJson: scheme.formJson });
  return { id, type, data, ...(timestamp && { timestamp: new Date(timestamp) }), rawBody, headers, params };
}
