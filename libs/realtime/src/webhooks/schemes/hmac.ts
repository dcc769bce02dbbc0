import { textSecret } from './secrets.js';
import { TOLERANCE_MS, type WebhookField, type WebhookScheme, type WebhookSecret } from './webhook-scheme.js';

export interface HmacOptions {
  readonly secret: WebhookSecret;
  /** The header that has the signature. */
  readonly header: string;
  /** What precedes the signature: `sha256=`. Default: nothing. */
  readonly prefix?: string;
  /** Default: `sha256`. */
  readonly hash?: 'sha1' | 'sha256' | 'sha512';
  /** Default: `hex`, in lower case. */
  readonly encoding?: 'hex' | 'base64';
  /**
   * What is signed, with `{id}`, `{timestamp}` and `{body}` for what was sent, and the other placeholders of
   * `WebhookScheme`. Default: `{body}`.
   */
  readonly signed?: string;
  /** The header that says when it was sent. Default: nothing does. */
  readonly timestamp?: {
    readonly header: string;
    /** Default: `s`. */
    readonly unit?: 's' | 'ms';
    /** How far from now it may be, both ways, in milliseconds. Default: 300,000. */
    readonly toleranceMs?: number;
  };
  /**
   * Where the delivery's id is. Default: nowhere; a digest of what is signed stands in for it, so that equal
   * bodies (of one time, if that is signed) are one delivery.
   */
  readonly id?: WebhookField;
  /** Where the event's type is. Default: nowhere; it is `message`. */
  readonly type?: WebhookField;
}

/**
 * Any sender that signs with a shared secret.
 *
 * @example
 * hmac({ secret, header: 'x-signature', signed: '{timestamp}.{body}', timestamp: { header: 'x-timestamp' } })
 */
export function hmac(options: HmacOptions): WebhookScheme {
  const { secret, header, prefix = '', hash = 'sha256', encoding = 'hex', signed = '{body}' } = options;
  const { timestamp, id, type } = options;
  return {
    name: 'hmac',
    secret,
    signature: {
      in: [{ header }],
      variants: [{ prefix, algorithm: `hmac-${hash}`, encoding, key: textSecret }],
    },
    signed,
    ...(timestamp && {
      timestamp: {
        in: [{ header: timestamp.header }],
        unit: timestamp.unit ?? 's',
        toleranceMs: timestamp.toleranceMs ?? TOLERANCE_MS,
      },
    }),
    ...(id && { id: [id] }),
    ...(type && { type: [type] }),
  };
}
