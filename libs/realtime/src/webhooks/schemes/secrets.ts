import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
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
    if (bytes?.length !== 32) return undefined;
    return createPublicKey({ key: Buffer.concat([ED25519_SPKI, bytes]), format: 'der', type: 'spki' });
  };

/** An ed25519 private key: its 32 bytes, alone or before the public key's, in base64 after `prefix`. */
export const ed25519PrivateKey =
  (prefix: string): SecretReader =>
  (secret) => {
    const bytes = prefixed(secret, prefix);
    if (bytes?.length !== 32 && bytes?.length !== 64) return undefined;
    const key = Buffer.concat([ED25519_PKCS8, bytes.subarray(0, 32)]);
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  };

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
