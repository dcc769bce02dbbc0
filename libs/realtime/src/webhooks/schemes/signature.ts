import { createHmac, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto';
import type { SignatureVariant } from './webhook-scheme.js';

const ED25519_BYTES = 64;

/** Says of signatures, as bytes, whether `key` made them of `content`. The HMAC is made once, on first use. */
export function signatureCheck(
  { algorithm }: SignatureVariant,
  key: KeyObject,
  content: Buffer,
): (signature: Buffer) => boolean {
  if (algorithm === 'ed25519') {
    return (signature) => signature.length === ED25519_BYTES && verify(null, content, key, signature);
  }
  let expected: Buffer | undefined;
  return (signature) => {
    expected ??= hmac(algorithm, key, content);
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  };
}

/** A signature as it is sent, without its prefix. */
export function createSignature(
  { algorithm, encoding }: SignatureVariant,
  key: KeyObject,
  content: Buffer,
): string {
  const bytes = algorithm === 'ed25519' ? sign(null, content, key) : hmac(algorithm, key, content);
  return bytes.toString(encoding);
}

/** The bytes of a signature, or undefined if it is written in any way but the one. */
export function decodeSignature(text: string, encoding: SignatureVariant['encoding']): Buffer | undefined {
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? bytes : undefined;
}

function hmac(algorithm: string, key: KeyObject, content: Buffer): Buffer {
  return createHmac(algorithm.slice('hmac-'.length), key).update(content).digest();
}
