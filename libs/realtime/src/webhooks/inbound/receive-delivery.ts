import { createHmac } from 'node:crypto';
import type { VerificationKey } from '../schemes/secrets.js';
import type { HandshakeAnswer, WebhookScheme } from '../schemes/webhook-scheme.js';
import { readField } from './delivery-fields.js';
import { eventType } from './event-type.js';
import type { InboundWebhook } from './inbound-webhook.js';
import { parsePayload } from './payload.js';
import { verifyFreshness, verifySignature } from './verify-delivery.js';
import type { WebhookDefinition } from './webhook-options.js';
import { WebhookRefusal } from './webhook-refusal.js';

/** A delivery that may be handled. */
export interface Received {
  readonly event: InboundWebhook;
  /** What it is remembered by, the one that its sender cannot be made to change first. */
  readonly keys: readonly string[];
  /** What to answer instead of handling it. */
  readonly handshake: HandshakeAnswer | undefined;
}

/**
 * Verifies a delivery, and only then looks into its body.
 * @throws WebhookRefusal
 */
export async function receiveDelivery(
  webhook: WebhookDefinition,
  secrets: readonly VerificationKey[],
  { headers, params, rawBody }: Pick<InboundWebhook, 'headers' | 'params' | 'rawBody'>,
  now: number,
): Promise<Received> {
  const { scheme, maxBytes } = webhook;
  const signed = verifySignature(scheme, secrets, headers, rawBody);
  const data = await parsePayload(headers, rawBody, { maxBytes, formJson: scheme.formJson });
  const sources = { headers, entries: signed.entries, data };
  const timestamp = verifyFreshness(scheme, readField(scheme.timestamp?.in, sources), now);
  const sentId = readField(scheme.id, sources);
  if (sentId === undefined && scheme.id?.some((field) => 'header' in field)) {
    throw new WebhookRefusal('malformed', 'The delivery has no id.');
  }
  // Tenants have a secret each, and must not be able to take each other's ids. Otherwise a secret may rotate.
  const owner = typeof scheme.secret === 'function' ? signed.secret : '';
  const digest = digestOf(owner, signed.content);
  return {
    event: {
      id: sentId ?? digest,
      type: eventType(readField(scheme.type, sources)),
      data,
      ...(timestamp && { timestamp }),
      rawBody,
      headers,
      params,
    },
    keys: memoryKeys(webhook, digest, sentId && digestOf(owner, sentId)),
    handshake: scheme.handshake?.({ headers, data }),
  };
}

/**
 * A sender that does not sign its id is remembered by what it signs as well: who replays it can change the id.
 * That key comes first, so that a replay never lays hands on an id that is still to come.
 */
function memoryKeys(
  { name, scheme }: WebhookDefinition,
  contentDigest: string,
  idDigest: string | undefined,
): string[] {
  const content = `webhooks/${name}:content:${contentDigest}`;
  if (idDigest === undefined) return [content];
  const id = `webhooks/${name}:id:${idDigest}`;
  return signsId(scheme) ? [id] : [content, id];
}

function signsId({ signed, id }: WebhookScheme): boolean {
  return signed.includes('{id}') || (id ?? []).every((field) => 'body' in field);
}

function digestOf(owner: string, content: string | Buffer): string {
  return createHmac('sha256', owner).update(content).digest('base64url');
}
