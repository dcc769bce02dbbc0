import { createHash, createHmac, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto';
import type { SignatureVariant } from './webhook-scheme.js';

const ED25519_BYTES = 64;

type Algorithm = SignatureVariant['algorithm'];

/** What `node:crypto` calls the hash of those that verify with a public key. */
const PUBLIC_KEY_HASHES: Readonly<Partial<Record<Algorithm, string | null>>> = Object.freeze({
  ed25519: null,
  'ecdsa-p256-sha256': 'sha256',
  'rsa-sha256': 'sha256',
});

/** Whether one key signs and another verifies. */
export function isAsymmetric({ algorithm }: SignatureVariant): boolean {
  return PUBLIC_KEY_HASHES[algorithm] !== undefined;
}

/** Says of signatures, as bytes, whether `key` made them of `content`. The HMAC is made once, on first use. */
export function signatureCheck(
  { algorithm }: SignatureVariant,
  key: KeyObject,
  content: Buffer,
): (signature: Buffer) => boolean {
  const hash = PUBLIC_KEY_HASHES[algorithm];
  if (hash !== undefined) {
    return (signature) =>
      (algorithm !== 'ed25519' || signature.length === ED25519_BYTES) &&
      verify(hash, content, key, signature);
  }
  if (algorithm === 'token') {
    const expected = sha256(key.export());
    // Hashed, so that its length is not told by the time that it takes.
    return (signature) => timingSafeEqual(sha256(signature), expected);
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
  return signatureBytes(algorithm, key, content).toString(encoding);
}

/** The bytes of a signature, or undefined if it is written in any way but the one. */
export function decodeSignature(text: string, encoding: SignatureVariant['encoding']): Buffer | undefined {
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? bytes : undefined;
}

function signatureBytes(algorithm: Algorithm, key: KeyObject, content: Buffer): Buffer {
  const hash = PUBLIC_KEY_HASHES[algorithm];
  if (hash !== undefined) return sign(hash, content, key);
  return algorithm === 'token' ? key.export() : hmac(algorithm, key, content);
}

function hmac(algorithm: string, key: KeyObject, content: Buffer): Buffer {
  return createHmac(algorithm.slice('hmac-'.length), key).update(content).digest();
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
