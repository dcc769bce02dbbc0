import { createHash } from 'node:crypto';
import type { VerificationKey } from '../schemes/secrets.js';
import { decodeSignature, signatureCheck } from '../schemes/signature.js';
import { signedContents, type SignedValues } from '../schemes/signed-content.js';
import type { WebhookField, WebhookRequest, WebhookScheme } from '../schemes/webhook-scheme.js';
import { type FieldSources, readField, readHeader } from './delivery-fields.js';
import { sentAt } from './delivery-time.js';
import { mightBeChallenge } from './handshake.js';
import { isForm } from './payload.js';
import { WebhookRefusal } from './webhook-refusal.js';

/** How many signatures of one delivery are looked at. */
const MAX_SIGNATURES = 16;

export type SignedRequest = Omit<WebhookRequest, 'params'>;

/** A delivery whose signature is right. Whether it is fresh is another question. */
export interface SignedDelivery {
  /** Entries of the signature header. */
  readonly entries: readonly string[];
  /** The bytes that were signed. */
  readonly content: Buffer;
  /** What they were signed with. */
  readonly key: VerificationKey;
}

/** Whether the body has to be parsed before it can be verified. */
export function signsParsedBody({ signed, signature, id, timestamp }: WebhookScheme): boolean {
  const inBody = (fields: readonly WebhookField[] = []) => fields.some((field) => 'body' in field);
  if (signed.includes('{form}') || inBody(signature.in)) return true;
  return (signed.includes('{id}') && inBody(id)) || (signed.includes('{timestamp}') && inBody(timestamp?.in));
}

/**
 * Verifies the signature of a delivery with any of the keys.
 * @param data the parsed body, if the scheme signs that
 * @throws WebhookRefusal `signature-missing`, `signature-wrong`, or `malformed` when what is signed is not there
 */
export function verifySignature(
  scheme: WebhookScheme,
  keys: readonly VerificationKey[],
  request: SignedRequest,
  data?: unknown,
): SignedDelivery {
  const sources = { headers: request.headers, entries: [], rawBody: request.rawBody, data };
  const entries = signatureEntries(scheme, sources);
  const values = signedValues(scheme, request, { ...sources, entries });
  for (const content of signedContents(scheme, values)) {
    const key = keys.find((candidate) => isSignedWith(candidate, entries, content));
    if (!key) continue;
    if (mightBeChallenge(scheme, content)) {
      throw new WebhookRefusal('signature-wrong', 'Anybody can have this signed by a handshake.');
    }
    return { entries, content, key };
  }
  throw new WebhookRefusal('signature-wrong', 'No signature was made with a secret of this webhook.');
}

function signatureEntries({ signature }: WebhookScheme, sources: FieldSources): string[] {
  const text = readField(signature.in, sources);
  if (text === undefined) throw new WebhookRefusal('signature-missing', 'It has no signature.');
  return signature.separator === undefined ? [text] : text.split(signature.separator);
}

function signedValues(scheme: WebhookScheme, request: SignedRequest, sources: FieldSources): SignedValues {
  const { method, url, headers, rawBody } = request;
  const id = readField(scheme.id, sources);
  if (scheme.signed.includes('{id}')) assertBytes(id, 'id');
  const timestamp = readField(scheme.timestamp?.in, sources);
  if (scheme.signed.includes('{timestamp}')) assertBytes(timestamp, 'timestamp');
  if (scheme.timestamp && timestamp !== undefined) sentAt(timestamp, scheme.timestamp.unit);
  const header = (name: string) => {
    const value = readHeader(headers, name);
    assertBytes(value, name);
    return value;
  };
  return { id, timestamp, method, url, header, body: rawBody, form: signedForm(scheme, request, sources) };
}

/** That something is there, and each of its characters a byte: two texts must not be signed alike. */
function assertBytes(text: string | undefined, what: string): asserts text is string {
  if (text === undefined) throw new WebhookRefusal('malformed', `The delivery has no ${what}.`);
  if (/[^\0-\xff]/.test(text))
    throw new WebhookRefusal('malformed', `The ${what} of the delivery is not one.`);
}

/** The parameters that are signed; undefined where none are, and the body is known to be the right one. */
function signedForm(
  { signed, bodyDigest }: WebhookScheme,
  { query, headers, rawBody }: SignedRequest,
  { data }: FieldSources,
): SignedValues['form'] {
  const digest = bodyDigest && query.get(bodyDigest.query);
  if (typeof digest === 'string') {
    if (createHash('sha256').update(rawBody).digest('hex') === digest) return undefined;
    throw new WebhookRefusal('signature-wrong', 'The body is not the one whose digest is in the URL.');
  }
  if (!signed.includes('{form}') || rawBody.length === 0) return undefined;
  if (!isForm(headers)) throw new WebhookRefusal('malformed', 'The body is no form.');
  return data as SignedValues['form'];
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
