import { KeyObject, randomUUID } from 'node:crypto';
import { createSignature } from './signature.js';
import { signedContent } from './signed-content.js';
import type { SignatureVariant, WebhookField, WebhookScheme } from './webhook-scheme.js';

export interface SignWebhookOptions {
  /** The delivery's id, where a header has it. Default: a random one. */
  readonly id?: string;
  /** The event's type, where a header has it. Default: none. */
  readonly type?: string;
  /** When it is sent. Default: now. A string is sent as it is. */
  readonly timestamp?: Date | string;
  /**
   * What to sign with; several make several signatures, where the scheme has room for them. A private key, as
   * `whsk_…` or KeyObject, signs what a public key verifies. Default: the scheme's first secret.
   */
  readonly secrets?: readonly (string | KeyObject)[];
}

/**
 * The headers with which a sender would send `body`, for tests of your webhooks. Ids and types that are in the
 * body are yours to write there.
 *
 * @example
 * const scheme = github({ secret });
 * await fetch(url, { method: 'POST', body, headers: signWebhook(scheme, body, { type: 'push' }) });
 */
export function signWebhook(
  scheme: WebhookScheme,
  body: string | Uint8Array,
  options: SignWebhookOptions = {},
): Record<string, string> {
  const { id = `msg_${randomUUID()}`, type } = options;
  const timestamp = timestampText(scheme, options.timestamp);
  const { signature } = scheme;
  const content = signedContent(scheme.signed, { id, timestamp, body: Buffer.from(body) });
  const signatures = (options.secrets ?? firstSecret(scheme)).map((secret) => sign(scheme, secret, content));
  const entry = entryPrefix(scheme.timestamp?.in);
  const entries = entry === undefined ? signatures : [`${entry}${timestamp}`, ...signatures];
  return {
    ...headerOf(scheme.id, id),
    ...headerOf(scheme.type, type),
    ...headerOf(scheme.timestamp?.in, timestamp),
    [signature.headers[0]!]: entries.join(signature.separator),
  };
}

function timestampText({ timestamp }: WebhookScheme, at: Date | string = new Date()): string {
  if (typeof at === 'string') return at;
  return String(timestamp?.unit === 'ms' ? at.getTime() : Math.floor(at.getTime() / 1000));
}

function firstSecret({ name, secret }: WebhookScheme): string[] {
  if (typeof secret === 'string') return [secret];
  if (typeof secret === 'function')
    throw new Error(`The secret of ${name} is a function: say which in "secrets".`);
  return secret.slice(0, 1);
}

function sign({ name, signature }: WebhookScheme, secret: string | KeyObject, content: Buffer): string {
  for (const variant of signature.variants) {
    const key = signingKey(variant, secret);
    if (key) return variant.prefix + createSignature(variant, key, content);
  }
  throw new Error(
    `This is no secret that ${name} signs with. A public key only verifies: give the private one.`,
  );
}

function signingKey(variant: SignatureVariant, secret: string | KeyObject): KeyObject | undefined {
  if (typeof secret === 'string') return (variant.signingKey ?? variant.key)(secret);
  return (secret.type === 'private') === (variant.algorithm === 'ed25519') ? secret : undefined;
}

function entryPrefix(fields: readonly WebhookField[] = []): string | undefined {
  return fields.flatMap((field) => ('entry' in field ? [field.entry] : []))[0];
}

function headerOf(fields: readonly WebhookField[] = [], value: string | undefined): Record<string, string> {
  const [field] = fields;
  return field && 'header' in field && value !== undefined ? { [field.header]: value } : {};
}
