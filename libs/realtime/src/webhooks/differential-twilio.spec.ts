import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  getExpectedBodyHash,
  getExpectedTwilioSignature,
  validateRequest,
  validateRequestWithBody,
} from 'twilio/lib/webhooks/webhooks.js';
import { parsePayload } from './inbound/payload.js';
import { verifySignature } from './inbound/verify-delivery.js';
import { verificationKeys } from './schemes/secrets.js';
import { signWebhook } from './schemes/sign-webhook.js';
import { twilio } from './schemes/twilio.js';

const FORM = 'application/x-www-form-urlencoded';

/** A call as Twilio makes it, before it is signed. */
interface Call {
  readonly url: string;
  readonly body: string;
  readonly contentType: string;
}

async function weAccept(
  token: string,
  { url, body, contentType }: Call,
  signature: string,
): Promise<boolean> {
  const scheme = twilio({ secret: token });
  const headers = { 'content-type': contentType, 'x-twilio-signature': signature };
  const rawBody = Buffer.from(body, 'latin1');
  const query = new URL(url).searchParams;
  try {
    const data = await parsePayload(headers, rawBody, { maxBytes: 1e6 });
    const request = { method: 'POST', url, headers, query, rawBody };
    verifySignature(scheme, verificationKeys(scheme, token), request, data);
    return true;
  } catch {
    return false;
  }
}

function theyAccept(token: string, { url, body, contentType }: Call, signature: string): boolean {
  if (contentType !== FORM) return validateRequestWithBody(token, signature, url, body);
  return validateRequest(token, signature, url, parametersOf(body));
}

function parametersOf(body: string): Record<string, string | string[]> {
  const read = new URLSearchParams(Buffer.from(body, 'latin1').toString());
  return Object.fromEntries(
    [...new Set(read.keys())].map((name) => {
      // An Array of this realm, which twilio asks for.
      const values = [...read.getAll(name)];
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}

function theySign(token: string, { url, body, contentType }: Call): string {
  return getExpectedTwilioSignature(token, url, contentType === FORM ? parametersOf(body) : {});
}

function weSign(token: string, { url, body }: Call): string {
  return signWebhook(twilio({ secret: token }), body, { url })['x-twilio-signature']!;
}

const token = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== '');
const word = fc.string({ minLength: 1, unit: fc.constantFrom(..."abcXYZ019_-.~%20'(),;:@!") });
const url = fc
  .record({ port: fc.constantFrom('', ':443', ':8443'), path: word, name: word, value: word })
  .map(({ port, path, name, value }) => `https://example.com${port}/${path}?${name}=${value}`)
  .filter((text) => URL.canParse(text));
const text = fc.string({ unit: 'binary' });
const form = fc
  .record({ url, parameters: fc.array(fc.tuple(fc.oneof(text, fc.constant('To')), text), { minLength: 1 }) })
  .map(({ url, parameters }): Call => ({
    url,
    body: new URLSearchParams(parameters).toString(),
    contentType: FORM,
  }));
const json = fc
  .record({ url, body: fc.json({ stringUnit: 'grapheme-ascii' }) })
  .map(({ url, body }): Call => ({
    url: `${url}&bodySHA256=${getExpectedBodyHash(body)}`,
    body,
    contentType: 'application/json',
  }));
const call = fc.oneof(form, json);

/** The text with one bit turned over, or undefined where that is not ASCII any more. */
function flip(changed: string, bit: number): string | undefined {
  const bytes = Buffer.from(changed, 'latin1');
  const index = Math.floor(bit / 7) % bytes.length;
  bytes[index]! ^= 1 << (bit % 7);
  return bytes[index]! > 0x20 && bytes[index]! < 0x7f ? bytes.toString('latin1') : undefined;
}

describe('side by side with twilio', () => {
  it('what they sign, we accept', () =>
    fc.assert(
      fc.asyncProperty(token, call, async (secret, called) => {
        expect(await weAccept(secret, called, theySign(secret, called))).toBe(true);
      }),
      { numRuns: 500 },
    ));

  it('what we sign, they accept', () =>
    fc.assert(
      fc.property(token, call, (secret, called) => {
        expect(theyAccept(secret, called, weSign(secret, called))).toBe(true);
      }),
      { numRuns: 500 },
    ));

  it('with one bit turned over, both say the same', () =>
    fc.assert(
      fc.asyncProperty(
        token,
        call,
        fc.constantFrom('body', 'signature'),
        fc.nat(),
        async (secret, called, part, bit) => {
          const signature = theySign(secret, called);
          const changed = flip(part === 'body' ? called.body : signature, bit);
          fc.pre(changed !== undefined);
          const [sent, signed] =
            part === 'body' ? [{ ...called, body: changed }, signature] : [called, changed];
          expect(await weAccept(secret, sent, signed)).toBe(theyAccept(secret, sent, signed));
        },
      ),
      { numRuns: 3000 },
    ));

  it('with another URL or another token, both refuse', () =>
    fc.assert(
      fc.asyncProperty(token, token, call, async (secret, other, called) => {
        const signature = theySign(secret, called);
        const moved = { ...called, url: `${called.url}&a=1` };
        expect([await weAccept(secret, moved, signature), theyAccept(secret, moved, signature)]).toEqual([
          false,
          false,
        ]);
        fc.pre(other !== secret);
        expect([await weAccept(other, called, signature), theyAccept(other, called, signature)]).toEqual([
          false,
          false,
        ]);
      }),
      { numRuns: 300 },
    ));
});
