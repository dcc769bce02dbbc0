import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
  X509Certificate,
} from 'node:crypto';
import type { SecretReader, SignatureVariant, WebhookScheme } from './webhook-scheme.js';

/** A secret as key of one kind of signature. */
export interface VerificationKey {
  readonly variant: SignatureVariant;
  readonly key: KeyObject;
  readonly secret: string;
}

/** The secret's text is the key. */
export const textSecret: SecretReader = (secret) =>
  secret === '' ? undefined : createSecretKey(Buffer.from(secret));

/** The key is base64, after `prefix` or without it. */
export const base64Secret =
  (prefix: string): SecretReader =>
  (secret) => {
    const bytes = base64(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret);
    return bytes && createSecretKey(bytes);
  };

/** An ed25519 public key: 32 bytes in base64 after `prefix`. */
export const ed25519PublicKey =
  (prefix: string): SecretReader =>
  (secret) => {
    const bytes = prefixed(secret, prefix);
    return bytes && ed25519(bytes);
  };

/** An ed25519 public key: 32 bytes in hex. */
export const ed25519HexKey: SecretReader = (secret) =>
  /^[0-9a-f]{64}$/i.test(secret) ? ed25519(Buffer.from(secret, 'hex')) : undefined;

/** A P-256 public key: SPKI in base64. */
export const p256PublicKey: SecretReader = (secret) => {
  const der = base64(secret);
  return der && keyOf('ec', () => createPublicKey({ key: der, format: 'der', type: 'spki' }), 'prime256v1');
};

/** The key of a certificate in PEM that PayPal signs messages with, while that is valid. */
export const paypalCertificateKey: SecretReader = (secret) =>
  keyOf('rsa', () => {
    const { subject, validFrom, validTo, publicKey } = new X509Certificate(secret);
    const isPaypal = /^CN=messageverificationcerts(\.[\w-]+)*\.paypal\.com$/m.test(subject);
    const isValid = Date.parse(validFrom) <= Date.now() && Date.now() <= Date.parse(validTo);
    if (isPaypal && isValid) return publicKey;
    throw new Error('This is no certificate that PayPal signs with today.');
  });

/** Compares in a time that does not depend on the texts. */
export function tokensEqual(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** @throws Error when an option that is no secret is missing all the same */
export function requiredText(scheme: string, option: string, value: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new Error(
    `${scheme}: the ${option} ${describe(value)}: give it, and see that its environment variable is set.`,
  );
}

/** An ed25519 private key: its 32 bytes, alone or before the public key's, in base64 after `prefix`. */
export const ed25519PrivateKey =
  (prefix: string): SecretReader =>
  (secret) => {
    const bytes = prefixed(secret, prefix);
    if (bytes?.length !== 32 && bytes?.length !== 64) return undefined;
    const key = Buffer.concat([ED25519_PKCS8, bytes.subarray(0, 32)]);
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  };

function ed25519(bytes: Buffer): KeyObject | undefined {
  if (bytes.length !== 32) return undefined;
  return createPublicKey({ key: Buffer.concat([ED25519_SPKI, bytes]), format: 'der', type: 'spki' });
}

function keyOf(type: string, read: () => KeyObject, curve?: string): KeyObject | undefined {
  try {
    const key = read();
    const isRight = key.asymmetricKeyType === type && key.asymmetricKeyDetails?.namedCurve === curve;
    return isRight ? key : undefined;
  } catch {
    // Anything else that somebody took for a key.
    return undefined;
  }
}

/** What comes before the 32 bytes of a key (RFC 8410). */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * The keys of a scheme's secrets.
 * @throws Error saying what is wrong with them, and what would be right
 */
export function verificationKeys(
  scheme: WebhookScheme,
  secrets: string | readonly string[],
): VerificationKey[] {
  const list = typeof secrets === 'string' ? [secrets] : secrets;
  if (!Array.isArray(list) || list.length === 0) throw new Error(`${describe(secrets)}: ${REMEDY}`);
  return list.flatMap((secret: unknown) => keysOf(scheme, secret));
}

const REMEDY = 'give it the secret that the sender shows you, and see that its environment variable is set';

function keysOf(scheme: WebhookScheme, secret: unknown): VerificationKey[] {
  if (typeof secret !== 'string' || secret.trim() === '') throw new Error(`${describe(secret)}: ${REMEDY}`);
  const keys = scheme.signature.variants.flatMap((variant) => {
    const key = variant.key(secret);
    return key ? [{ variant, key, secret }] : [];
  });
  if (keys.length === 0) {
    throw new Error(`is not written as ${scheme.name} writes secrets: copy it whole, and nothing else`);
  }
  return keys;
}

/** What a secret is, without giving it away. */
function describe(secret: unknown): string {
  if (Array.isArray(secret)) return 'is an empty list';
  return typeof secret === 'string' ? 'is empty' : `is ${secret === null ? 'null' : typeof secret}`;
}

function prefixed(secret: string, prefix: string): Buffer | undefined {
  return secret.startsWith(prefix) ? base64(secret.slice(prefix.length)) : undefined;
}

/** Buffer ignores what is not base64; a mistyped secret shall be found at start. */
function base64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
