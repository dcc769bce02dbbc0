import { KeyObject, randomUUID } from 'node:crypto';
import { createSignature, isAsymmetric } from './signature.js';
import { signedContents, type SignedValues } from './signed-content.js';
import type { SignatureVariant, WebhookField, WebhookScheme } from './webhook-scheme.js';

export interface SignWebhookOptions {
  /** The delivery's id, where the sender has one outside of what you write. Default: a random one. */
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
  /** The URL that is called, from outside: beginning with `publicUrl`. For senders that sign it. */
  readonly url?: string;
  /** Further headers; those that are signed among them. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a sender would send, to be given to `fetch`. */
export interface WebhookDelivery {
  readonly method: 'POST';
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

/**
 * The headers with which a sender would send `body`, for tests of your webhooks. Ids and types that are in the
 * body are yours to write there.
 *
 * @example
 * const scheme = github({ secret });
 * await fetch(url, { method: 'POST', body, headers: signWebhook(scheme, body, { type: 'push' }) });
 * @throws Error when the sender puts its signature into the body: see webhookDelivery
 */
export function signWebhook(
  scheme: WebhookScheme,
  body: string | Uint8Array,
  options: SignWebhookOptions = {},
): Record<string, string> {
  const delivery = webhookDelivery(scheme, body, options);
  if (delivery.body === body) return delivery.headers;
  throw new Error(`${scheme.name} puts its signature into the body: use webhookDelivery().`);
}

/**
 * What a sender would send, for tests of your webhooks, whether it signs in headers or, as Mailgun, in the body.
 *
 * @example
 * await fetch(url, webhookDelivery(mailgun({ secret }), '{"event-data":{"event":"opened"}}'));
 */
export function webhookDelivery(
  scheme: WebhookScheme,
  body: string | Uint8Array,
  options: SignWebhookOptions = {},
): WebhookDelivery {
  const { id = `msg_${randomUUID()}`, type, url, headers: given = {} } = options;
  const timestamp = timestampText(scheme, options.timestamp);
  const isSigned = (name: string) => scheme.signed.includes(`{${name}}`);
  const draft = new Draft(body, given);
  draft.set(scheme.type, type);
  draft.set(scheme.id, id, isSigned('id'));
  draft.set(scheme.timestamp?.in, timestamp, isSigned('timestamp'));
  const [content] = signedContents(
    { signed: scheme.signed },
    {
      id,
      timestamp,
      method: 'POST',
      url,
      form: isSigned('form') ? formOf(scheme, body, url) : undefined,
      body: Buffer.from(body),
      header: (name) => (draft.headers[name] ??= randomUUID()),
    },
  );
  const signatures = (options.secrets ?? firstSecret(scheme)).map((secret) => sign(scheme, secret, content!));
  const entry = scheme.timestamp?.in.flatMap((field) => ('entry' in field ? [field.entry] : []))[0];
  const entries = entry === undefined ? signatures : [`${entry}${timestamp}`, ...signatures];
  draft.set(scheme.signature.in, entries.join(scheme.signature.separator), true);
  return { method: 'POST', headers: draft.headers, body: draft.body };
}

/** A delivery while its fields are filled in. */
class Draft {
  readonly headers: Record<string, string>;

  constructor(
    public body: string | Uint8Array,
    headers: Readonly<Record<string, string>>,
  ) {
    this.headers = { ...headers };
  }

  /** Writes the first of the fields: into a header, or into the body if that is asked for. */
  set(fields: readonly WebhookField[] = [], value: string | undefined, intoBody = false): void {
    const [field] = fields;
    if (field === undefined || value === undefined) return;
    if ('header' in field) this.headers[field.header] = value;
    if ('body' in field && intoBody) this.write(field.body.split('.'), value);
    if ('all' in field) this.setAll(field.all, value.split(' '));
  }

  private setAll(fields: readonly WebhookField[], values: readonly string[]): void {
    for (const [index, field] of fields.entries()) this.set([field], values[index] ?? values[0]);
  }

  private write(path: readonly string[], value: string): void {
    const root = JSON.parse(Buffer.from(this.body).toString()) as Record<string, unknown>;
    let place = root;
    for (const key of path.slice(0, -1)) place = (place[key] ??= {}) as Record<string, unknown>;
    place[path.at(-1)!] = value;
    this.body = JSON.stringify(root);
  }
}

function formOf(
  { bodyDigest }: WebhookScheme,
  body: string | Uint8Array,
  url: string | undefined,
): SignedValues['form'] {
  if (bodyDigest && url !== undefined && new URL(url).searchParams.has(bodyDigest.query)) return undefined;
  const parameters = new URLSearchParams(Buffer.from(body).toString());
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name)]));
}

function timestampText({ timestamp }: WebhookScheme, at: Date | string = new Date()): string {
  if (typeof at === 'string') return at;
  if (timestamp?.unit === 'rfc3339') return at.toISOString();
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
  if (typeof secret !== 'string') {
    return (secret.type === 'private') === isAsymmetric(variant) ? secret : undefined;
  }
  if (variant.signingKey) return variant.signingKey(secret);
  return isAsymmetric(variant) ? undefined : variant.key(secret);
}
