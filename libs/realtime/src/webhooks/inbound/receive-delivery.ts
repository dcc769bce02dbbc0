import { createHmac, hash } from 'node:crypto';
import type { VerificationKey } from '../schemes/secrets.js';
import type {
  HandshakeAnswer,
  WebhookField,
  WebhookRequest,
  WebhookScheme,
} from '../schemes/webhook-scheme.js';
import { readField } from './delivery-fields.js';
import { verifyFreshness } from './delivery-time.js';
import { eventType } from './event-type.js';
import { answerDelivery } from './handshake.js';
import type { InboundWebhook } from './inbound-webhook.js';
import { parsePayload } from './payload.js';
import { type SignedDelivery, signsParsedBody, verifySignature } from './verify-delivery.js';
import type { WebhookDefinition } from './webhook-options.js';
import { WebhookRefusal } from './webhook-refusal.js';

/** A delivery that may be handled. */
export interface ReceivedDelivery {
  readonly event: InboundWebhook;
  /** What it is remembered by, the one that its sender cannot be made to change first. */
  readonly keys: readonly string[];
}

/** What has come in: to be handled, or to be answered as the sender asks. */
export type Received = ReceivedDelivery | { readonly handshake: HandshakeAnswer };

/**
 * Verifies a delivery, and only then looks into its body, unless the scheme signs what is in there.
 * @throws WebhookRefusal
 */
export async function receiveDelivery(
  webhook: WebhookDefinition,
  secrets: readonly VerificationKey[],
  request: WebhookRequest,
  now: number,
): Promise<Received> {
  const { scheme, maxBytes } = webhook;
  const { headers, params, rawBody } = request;
  const parse = () => parsePayload(headers, rawBody, { maxBytes, formJson: scheme.formJson });
  const early = signsParsedBody(scheme) ? { data: await parse() } : undefined;
  const signed = verifySignature(scheme, secrets, request, early?.data);
  const { data } = early ?? { data: await parse() };
  const sources = { headers, entries: signed.entries, rawBody, data };
  const timestamp = verifyFreshness(scheme, readField(scheme.timestamp?.in, sources), now);
  const sentId = readField(scheme.id, sources);
  if (sentId === undefined && scheme.id?.some(mustBeThere)) {
    throw new WebhookRefusal('malformed', 'The delivery has no id.');
  }
  const handshake = answerDelivery(scheme, signed.key, request, data);
  if (handshake) return { handshake };
  const { id, keys } = memoryOf(webhook, signed, rawBody, sentId);
  const type = eventType(readField(scheme.type, sources));
  return { event: { id, type, data, ...(timestamp && { timestamp }), rawBody, headers, params }, keys };
}

function mustBeThere(field: WebhookField): boolean {
  return 'header' in field && !field.optional;
}

/**
 * What a delivery is called, and what it is remembered by. A sender that does not sign its id is remembered by
 * what it signs as well: who replays it can change the id. That key comes first, so that a replay never lays
 * hands on an id that is still to come.
 */
function memoryOf(
  { name, scheme }: WebhookDefinition,
  { content, key }: SignedDelivery,
  rawBody: Buffer,
  sentId: string | undefined,
): { id: string; keys: string[] } {
  // Tenants have a secret each, and must not be able to take each other's ids. Otherwise a secret may rotate.
  const owner = typeof scheme.secret === 'function' && !scheme.sharedIds ? key.secret : '';
  const digest = digestOf(owner, scheme.unsignedBody ? rawBody : content);
  const contentKey = `webhooks/${name}:content:${digest}`;
  if (sentId === undefined) return { id: digest, keys: [contentKey] };
  const idKey = `webhooks/${name}:id:${digestOf(owner, sentId)}`;
  // Whoever knows a token can forge anything: no digest helps.
  const idIsEnough = scheme.unsignedBody === true || signsId(scheme);
  return { id: sentId, keys: idIsEnough ? [idKey] : [contentKey, idKey] };
}

function signsId({ signed, id = [] }: WebhookScheme): boolean {
  const signsBody = signed.includes('{body}') || signed.includes('{form}');
  const inBody = (field: WebhookField): boolean =>
    'all' in field ? field.all.every(inBody) : 'body' in field || 'digest' in field;
  return signed.includes('{id}') || (signsBody && id.every(inBody));
}

function digestOf(owner: string, content: string | Buffer): string {
  if (owner === '') return hash('sha256', content, 'base64url');
  return createHmac('sha256', owner).update(content).digest('base64url');
}
