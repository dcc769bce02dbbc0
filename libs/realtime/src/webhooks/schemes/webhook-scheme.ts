import type { KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * How a sender signs its webhooks, as data: one engine verifies them all, and one signer signs them for tests.
 *
 * `standardWebhooks`, `github`, `stripe` and others make one; `hmac` makes any other that signs with a shared
 * secret. What a sender does differently is changed by spreading:
 * `{ ...standardWebhooks({ secret }), type: [{ header: 'x-gitlab-event' }] }`.
 */
export interface WebhookScheme {
  /** For messages: `github`. */
  readonly name: string;
  readonly secret: WebhookSecret;
  readonly signature: {
    /** Where the signatures are; of several places the first that has any. */
    readonly in: readonly WebhookField[];
    /** What stands between several signatures in it. Left out: there is one. */
    readonly separator?: string;
    /** The kinds of signatures that may be there. One that is right is enough. */
    readonly variants: readonly SignatureVariant[];
  };
  /**
   * What is signed, with these for what was sent: `{id}.{timestamp}.{body}`.
   *
   * - `{body}`: the body's bytes as they were sent, before any decompression
   * - `{id}`, `{timestamp}`: the values of the fields below
   * - `{method}`: `POST`
   * - `{url}`: the URL that was called, as configured by `publicUrl`, with the request's path and query
   * - `{form}`: the parameters of a body that is a form, sorted, each name before its values; or nothing, where
   *   the URL has a digest of the body (`bodyDigest`)
   * - `{crc32}`: the body's CRC-32, in decimal
   * - `{header:x-name}`: a header's value
   */
  readonly signed: string;
  /** The sender signs nothing of the body. Said outright, so that it is no oversight. Default: false. */
  readonly unsignedBody?: boolean;
  /** The spellings of a URL that the sender may have signed. Default: as it was called. */
  readonly urls?: (url: string) => readonly string[];
  /** The parameter of the URL that has the SHA-256 of the body, in hex, where there is one. */
  readonly bodyDigest?: { readonly query: string };
  /** When the delivery was sent. Left out: it does not say, so a replay is only seen while it is remembered. */
  readonly timestamp?: {
    readonly in: readonly WebhookField[];
    /** Seconds or milliseconds since 1970, or text such as `2026-11-24T12:00:00.123Z`. */
    readonly unit: 's' | 'ms' | 'rfc3339';
    /** How far from now it may be, both ways, in milliseconds. Infinity: any time will do. */
    readonly toleranceMs: number;
  };
  /** The sender's id of the delivery, the same at each retry. Without one, it is a digest of what is signed. */
  readonly id?: readonly WebhookField[];
  /** Ids are the sender's own, whichever secret signed. Default: where `secret` is a function, each has its own. */
  readonly sharedIds?: boolean;
  /** The sender's type of the event. Default: `message`. */
  readonly type?: readonly WebhookField[];
  /** The parameter that has the event as JSON where a body is a form. */
  readonly formJson?: string;
  /** How the sender asks whether this is the right place. */
  readonly handshake?: WebhookHandshake;
}

/** Where a value is found. Of several, the first that is there. */
export type WebhookField =
  | {
      readonly header: string;
      /** Whether a delivery's id may be missing there. Default: false. */
      readonly optional?: boolean;
    }
  /** In the signature header, the entry that begins with this: `t=`. */
  | { readonly entry: string }
  /** In the parsed body; dots lead into objects, `*` into all items of a list: `event.type`, `*.id`. */
  | { readonly body: string }
  /** All of them, joined by a space. */
  | { readonly all: readonly WebhookField[] }
  /** The SHA-256 of the body, for senders that give no id and sign a new time at each retry. */
  | { readonly digest: 'body' };

/** One kind of signature. */
export interface SignatureVariant {
  /** What precedes the signature: `sha256=`, `v1,`, or nothing. */
  readonly prefix: string;
  /** `token`: nothing is signed, the secret itself is sent. */
  readonly algorithm:
    'hmac-sha1' | 'hmac-sha256' | 'hmac-sha512' | 'ed25519' | 'ecdsa-p256-sha256' | 'rsa-sha256' | 'token';
  /** `latin1`: as headers are read, for tokens. */
  readonly encoding: 'hex' | 'base64' | 'latin1';
  /** The secret as the key that verifies, or undefined when it is not one of this kind. */
  readonly key: SecretReader;
  /** The secret as the key that signs, where that is another one. */
  readonly signingKey?: SecretReader;
}

export type SecretReader = (secret: string) => KeyObject | undefined;

/**
 * What the sender's signatures are verified with: a secret, several while they are rotated, or a function of
 * the request, where each tenant has one. The function sees what nobody has verified yet; whatever it throws
 * is logged and answered by 401.
 */
export type WebhookSecret =
  | string
  | readonly string[]
  | ((request: WebhookRequest) => string | readonly string[] | Promise<string | readonly string[]>);

/** A request that is not verified yet. */
export interface WebhookRequest {
  readonly method: string;
  /** What was called, as configured by `publicUrl`; undefined without it. */
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Parameters of the route. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Empty, unless the method is POST. */
  readonly rawBody: Buffer;
}

export interface WebhookHandshake {
  /** How it comes. A POST has been verified like any delivery; the others come from anybody. Default: POST. */
  readonly method?: 'POST' | 'GET' | 'OPTIONS';
  /** What to answer; undefined for a POST that is no handshake, and to refuse others. */
  readonly answer: (request: HandshakeRequest) => HandshakeAnswer | undefined;
}

export interface HandshakeRequest {
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  /** The parsed body of a POST. */
  readonly data: unknown;
  /**
   * Signs with the secret that signed the request, or with the first; without a prefix. For a request that is
   * not verified it signs letters, digits and `_.+/=~-` only, and no delivery is accepted that consists of these.
   */
  readonly sign: (content: string) => string;
}

/** What the sender waits for. */
export interface HandshakeAnswer {
  /** Default: 200. */
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Default: none. */
  readonly body?: string;
}

/** How far a timestamp may be from now, unless the sender says otherwise. */
export const TOLERANCE_MS = 300_000;
