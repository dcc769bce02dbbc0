import type { IncomingHttpHeaders } from 'node:http';
import type { VerificationKey } from '../schemes/secrets.js';
import { decodeSignature, signatureCheck } from '../schemes/signature.js';
import { signedContent } from '../schemes/signed-content.js';
import type { WebhookField, WebhookScheme } from '../schemes/webhook-scheme.js';
import { readField, readHeader } from './delivery-fields.js';
import { WebhookRefusal } from './webhook-refusal.js';

/** How many signatures of one delivery are looked at. */
const MAX_SIGNATURES = 16;

/** A delivery whose signature is right. Whether it is fresh is another question. */
export interface SignedDelivery {
  readonly headers: IncomingHttpHeaders;
  /** Entries of the signature header. */
  readonly entries: readonly string[];
  /** The bytes that were signed. */
  readonly content: Buffer;
  /** The secret that they were signed with. */
  readonly secret: string;
}

/**
 * Verifies the signature of a delivery with any of the keys.
 * @throws WebhookRefusal `signature-missing`, `signature-wrong`, or `malformed` when what is signed is not there
 */
export function verifySignature(
  scheme: WebhookScheme,
  keys: readonly VerificationKey[],
  headers: IncomingHttpHeaders,
  body: Buffer,
): SignedDelivery {
  const entries = signatureEntries(scheme, headers);
  const value = (fields: readonly WebhookField[] | undefined) => readField(fields, { headers, entries });
  const id = value(scheme.id);
  const timestamp = value(scheme.timestamp?.in);
  if (id === undefined && scheme.signed.includes('{id}')) {
    throw new WebhookRefusal('malformed', 'The delivery has no id.');
  }
  if (timestamp === undefined && scheme.signed.includes('{timestamp}')) {
    throw new WebhookRefusal('malformed', 'The delivery has no timestamp.');
  }
  if (timestamp !== undefined) assertTimestamp(timestamp);
  const content = signedContent(scheme.signed, { id, timestamp, body });
  const { secret } = keys.find((key) => isSignedWith(key, entries, content)) ?? {};
  if (secret === undefined) {
    throw new WebhookRefusal('signature-wrong', 'No signature was made with a secret of this webhook.');
  }
  return { headers, entries, content, secret };
}

/**
 * Checks that a delivery was sent about now, in so far as its sender says when.
 * @throws WebhookRefusal `timestamp-stale`, or `malformed` when it is no timestamp
 */
export function verifyFreshness(
  { timestamp }: WebhookScheme,
  text: string | undefined,
  now: number,
): Date | undefined {
  if (!timestamp) return undefined;
  assertTimestamp(text);
  const sent = Number(text) * (timestamp.unit === 's' ? 1000 : 1);
  if (Math.abs(now - sent) > timestamp.toleranceMs) {
    throw new WebhookRefusal(
      'timestamp-stale',
      `It says that it was sent ${Math.round((now - sent) / 1000)} s ago.`,
    );
  }
  return new Date(sent);
}

/** A lenient parse would take 123xyz for 123. */
function assertTimestamp(text: string | undefined): void {
  if (text !== undefined && /^\d{1,13}$/.test(text)) return;
  throw new WebhookRefusal('malformed', 'The timestamp of the delivery is not one.');
}

function signatureEntries({ signature }: WebhookScheme, headers: IncomingHttpHeaders): string[] {
  const { separator } = signature;
  const header = signature.headers.map((name) => readHeader(headers, name)).find((text) => text);
  if (header === undefined) throw new WebhookRefusal('signature-missing', 'It has no signature.');
  return separator === undefined ? [header] : header.split(separator);
}

function isSignedWith(
  { variant, key }: VerificationKey,
  entries: readonly string[],
  content: Buffer,
): boolean {
  const isRight = signatureCheck(variant, key, content);
  return entries
    .filter((entry) => entry.startsWith(variant.prefix))
    .slice(0, MAX_SIGNATURES)
    .map((entry) => decodeSignature(entry.slice(variant.prefix.length), variant.encoding))
    .some((signature) => signature !== undefined && isRight(signature));
}
