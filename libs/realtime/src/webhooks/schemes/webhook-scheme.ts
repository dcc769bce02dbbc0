import type { KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * How a sender signs its webhooks, as data: one engine verifies them all, and one signer signs them for tests.
 *
 * `standardWebhooks`, `github`, `stripe` and `slack` make one, `hmac` any other that signs with a shared
 * secret. What a sender does differently is changed by spreading:
 * `{ ...standardWebhooks({ secret }), type: [{ header: 'x-gitlab-event' }] }`.
 */
export interface WebhookScheme {
  /** For messages: `github`. */
  readonly name: string;
  readonly secret: WebhookSecret;
  readonly signature: {
    /** The header with the signatures; of several names the first that was sent. */
    readonly headers: readonly string[];
    /** What stands between several signatures in it. Left out: there is one. */
    readonly separator?: string;
    /** The kinds of signatures that may be there. One that is right is enough. */
    readonly variants: readonly SignatureVariant[];
  };
  /**
   * What is signed, with `{id}`, `{timestamp}` and `{body}` for what was sent: `{id}.{timestamp}.{body}`. The
   * body is its bytes as they were sent, before any decompression.
   */
  readonly signed: string;
  /** When the delivery was sent. Left out: it does not say, so a replay is only seen while it is remembered. */
  readonly timestamp?: {
    readonly in: readonly WebhookField[];
    readonly unit: 's' | 'ms';
    /** How far from now it may be, both ways, in milliseconds. */
    readonly toleranceMs: number;
  };
  /** The sender's id of the delivery, the same at each retry. Without one, it is a digest of what is signed. */
  readonly id?: readonly WebhookField[];
  /** The sender's type of the event. Default: `message`. */
  readonly type?: readonly WebhookField[];
  /** The parameter that has the event as JSON where a body is a form. */
  readonly formJson?: string;
  /** Answers the requests by which the sender asks whether this is the right place; undefined for others. */
  readonly handshake?: (request: VerifiedRequest) => HandshakeAnswer | undefined;
}

/** Where a value is found. Of several, the first that is there. */
export type WebhookField =
  | { readonly header: string }
  /** In the signature header, the entry that begins with this: `t=`. */
  | { readonly entry: string }
  /** In the parsed body; dots lead into objects: `event.type`. */
  | { readonly body: string };

/** One kind of signature. */
export interface SignatureVariant {
  /** What precedes the signature: `sha256=`, `v1,`, or nothing. */
  readonly prefix: string;
  readonly algorithm: 'hmac-sha1' | 'hmac-sha256' | 'hmac-sha512' | 'ed25519';
  readonly encoding: 'hex' | 'base64';
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
  readonly headers: IncomingHttpHeaders;
  /** Parameters of the route. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly rawBody: Buffer;
}

/** A request that is verified. */
export interface VerifiedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly data: unknown;
}

/** What the sender waits for. */
export interface HandshakeAnswer {
  /** Default: 200. */
  readonly status?: number;
  readonly contentType: string;
  readonly body: string;
}

/** How far a timestamp may be from now, unless the sender says otherwise. */
export const TOLERANCE_MS = 300_000;
