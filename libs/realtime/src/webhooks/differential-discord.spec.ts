import type { webcrypto } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { verifyKey } from 'discord-interactions';
import fc from 'fast-check';
import { verifySignature } from './inbound/verify-delivery.js';
import { discord } from './schemes/discord.js';
import { ed25519PrivateKey, verificationKeys } from './schemes/secrets.js';
import { signWebhook } from './schemes/sign-webhook.js';

interface Signed {
  readonly body: Buffer;
  readonly signature: string;
  readonly timestamp: string;
}

/** A key pair by WebCrypto, which discord-interactions verifies with. */
const { privateKey, publicKey } = (await crypto.subtle.generateKey('Ed25519', true, [
  'sign',
  'verify',
])) as webcrypto.CryptoKeyPair;
const publicHex = Buffer.from(await crypto.subtle.exportKey('raw', publicKey)).toString('hex');
const seed = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)).subarray(-32);
const ourKey = ed25519PrivateKey('')(seed.toString('base64'))!;
const otherHex = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';

function weAccept(key: string, { body, signature, timestamp }: Signed): boolean {
  const scheme = discord({ publicKey: key });
  const headers = { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp };
  try {
    verifySignature(scheme, verificationKeys(scheme, key), {
      method: 'POST',
      url: undefined,
      headers,
      query: new URLSearchParams(),
      rawBody: body,
    });
    return true;
  } catch {
    return false;
  }
}

function theyAccept(key: string, { body, signature, timestamp }: Signed): Promise<boolean> {
  return verifyKey(body, signature, timestamp, key);
}

/** Signed by WebCrypto, for discord-interactions does not sign. */
async function sign(body: Buffer, timestamp: string): Promise<Signed> {
  const signature = await crypto.subtle.sign(
    'Ed25519',
    privateKey,
    Buffer.concat([Buffer.from(timestamp), body]),
  );
  return { body, timestamp, signature: Buffer.from(signature).toString('hex') };
}

const body = fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes));
const timestamp = fc.integer({ min: 1, max: 4_000_000_000 }).map(String);

describe('side by side with discord-interactions', () => {
  it('what is signed for them, we accept', () =>
    fc.assert(
      fc.asyncProperty(body, timestamp, async (bytes, at) => {
        const signed = await sign(bytes, at);
        expect([weAccept(publicHex, signed), await theyAccept(publicHex, signed)]).toEqual([true, true]);
      }),
      { numRuns: 200 },
    ));

  it('what we sign, they accept', () =>
    fc.assert(
      fc.asyncProperty(body, timestamp, async (bytes, at) => {
        const headers = signWebhook(discord({ publicKey: publicHex }), bytes, {
          timestamp: at,
          secrets: [ourKey],
        });
        const signed = { body: bytes, timestamp: at, signature: headers['x-signature-ed25519']! };
        expect(await theyAccept(publicHex, signed)).toBe(true);
      }),
      { numRuns: 200 },
    ));

  it('with one bit turned over, or another key, both refuse', () =>
    fc.assert(
      fc.asyncProperty(
        body,
        timestamp,
        fc.constantFrom('body', 'signature', 'timestamp'),
        fc.nat(),
        async (bytes, at, part, bit) => {
          const signed = await sign(bytes, at);
          const changed = Buffer.from(signed[part]);
          changed[Math.floor(bit / 8) % changed.length]! ^= 1 << (bit % 8);
          const sent = { ...signed, [part]: part === 'body' ? changed : changed.toString('latin1') };
          expect(weAccept(publicHex, sent)).toBe(false);
          // They overlook what is no hex, and read both cases.
          fc.pre(/^[0-9a-f]+$/.test(sent.signature));
          expect(await theyAccept(publicHex, sent)).toBe(false);
          expect([weAccept(otherHex, signed), await theyAccept(otherHex, signed)]).toEqual([false, false]);
        },
      ),
      { numRuns: 1000 },
    ));
});
