import { describe, expect, it } from '@jest/globals';
import { sign as octokitSign, verify as octokitVerify } from '@octokit/webhooks-methods';
import fc from 'fast-check';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { signWebhook } from './schemes/sign-webhook.js';
import { verifySignature } from './inbound/verify-delivery.js';
import { github } from './schemes/github.js';
import { textSecret, verificationKeys } from './schemes/secrets.js';
import { createSignature } from './schemes/signature.js';
import { standardWebhooks } from './schemes/standard-webhooks.js';
import { stripe } from './schemes/stripe.js';
import type { WebhookScheme } from './schemes/webhook-scheme.js';

/** Somebody else's implementation of a scheme. */
interface Peer {
  readonly name: string;
  readonly scheme: (secret: string) => WebhookScheme;
  /** A secret of this many bytes. */
  readonly secret: (bytes: Uint8Array) => string;
  sign(secret: string, delivery: Delivery): Promise<Headers>;
  accepts(secret: string, body: string, headers: Headers): Promise<boolean>;
}

interface Delivery {
  readonly body: string;
  readonly id: string;
  readonly at: Date;
}

type Headers = Record<string, string>;

const stripePeer = new Stripe('sk_test');

const PEERS: readonly Peer[] = [
  {
    name: 'standardwebhooks',
    scheme: (secret) => standardWebhooks({ secret }),
    secret: (bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`,
    sign: async (secret, { body, id, at }) => ({
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new StandardWebhook(secret).sign(id, at, body),
    }),
    accepts: async (secret, body, headers) =>
      succeeds(() => new StandardWebhook(secret).verify(body, headers, { jsonParse: false })),
  },
  {
    name: 'stripe',
    scheme: (secret) => stripe({ secret }),
    secret: (bytes) => `whsec_${Buffer.from(bytes).toString('hex')}`,
    sign: async (secret, { body, at }) => ({
      'stripe-signature': stripePeer.webhooks.generateTestHeaderString({
        payload: body,
        secret,
        timestamp: Math.floor(at.getTime() / 1000),
      }),
    }),
    accepts: async (secret, body, headers) =>
      succeeds(() =>
        stripePeer.webhooks.signature!.verifyHeader(body, headers['stripe-signature']!, secret, 300),
      ),
  },
  {
    name: '@octokit/webhooks-methods',
    scheme: (secret) => github({ secret }),
    secret: (bytes) => Buffer.from(bytes).toString('latin1'),
    sign: async (secret, { body, id }) => ({
      'x-github-delivery': id,
      'x-hub-signature-256': await octokitSign(secret, body),
    }),
    accepts: async (secret, body, headers) => octokitVerify(secret, body, headers['x-hub-signature-256']!),
  },
];

const word = fc.string({
  minLength: 1,
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_-'),
});
const delivery = fc.record({
  body: fc.oneof(fc.json(), fc.string({ minLength: 1, unit: 'binary' })),
  id: word,
  at: fc.constant(new Date()),
});
const key = fc.uint8Array({ minLength: 24, maxLength: 64 });

describe.each(PEERS)('side by side with $name', (peer) => {
  it('what they sign, we accept', () =>
    fc.assert(
      fc.asyncProperty(key, delivery, async (bytes, sent) => {
        const secret = peer.secret(bytes);
        const headers = await peer.sign(secret, sent);
        expect(weAccept(peer.scheme(secret), Buffer.from(sent.body), headers)).toBe(true);
      }),
      { numRuns: 300 },
    ));

  it('what we sign, they accept', () =>
    fc.assert(
      fc.asyncProperty(key, delivery, async (bytes, { body, id, at }) => {
        const secret = peer.secret(bytes);
        const headers = signWebhook(peer.scheme(secret), body, { id, timestamp: at });
        expect(await peer.accepts(secret, body, headers)).toBe(true);
      }),
      { numRuns: 300 },
    ));

  it('with one bit of what is signed turned over, both refuse', () =>
    fc.assert(
      fc.asyncProperty(key, delivery, fc.nat(), async (bytes, sent, bit) => {
        const secret = peer.secret(bytes);
        const headers = await peer.sign(secret, sent);
        const changed = flip(sent.body, headers, bit);
        // Two texts that are not UTF-8 can read alike.
        fc.pre(changed.headers !== headers || changed.body !== sent.body);
        expect(weAccept(peer.scheme(secret), Buffer.from(changed.body), changed.headers)).toBe(false);
        expect(await peer.accepts(secret, changed.body, changed.headers)).toBe(false);
      }),
      { numRuns: 2000 },
    ));

  it('with another secret, both refuse', () =>
    fc.assert(
      fc.asyncProperty(key, key, delivery, async (bytes, others, sent) => {
        fc.pre(peer.secret(bytes) !== peer.secret(others));
        const headers = await peer.sign(peer.secret(bytes), sent);
        expect(weAccept(peer.scheme(peer.secret(others)), Buffer.from(sent.body), headers)).toBe(false);
        expect(await peer.accepts(peer.secret(others), sent.body, headers)).toBe(false);
      }),
    ));
});

it("Stripe's digest of nothing", () => {
  const variant = stripe({ secret: 's' }).signature.variants[0]!;
  expect(createSignature(variant, textSecret('test_secret')!, Buffer.alloc(0))).toBe(
    'f7f9bd47fb987337b5796fdc1fdb9ba221d0d5396814bfcaf9521f43fd8927fd',
  );
});

function weAccept(scheme: WebhookScheme, body: Buffer, headers: Headers): boolean {
  return succeeds(() =>
    verifySignature(scheme, verificationKeys(scheme, scheme.secret as string), {
      method: 'POST',
      url: undefined,
      headers,
      query: new URLSearchParams(),
      rawBody: body,
    }),
  );
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

/** One bit turned over, of the body or of a header that is signed or a signature. */
function flip(body: string, headers: Headers, bit: number): { body: string; headers: Headers } {
  const parts = Object.entries({ body, ...headers }).filter(([name]) => name !== 'x-github-delivery');
  const [name, text] = parts[bit % parts.length]!;
  const bytes = Buffer.from(text);
  const index = Math.floor(bit / parts.length) % (bytes.length * 8);
  bytes[index >> 3]! ^= 1 << (index & 7);
  const changed = bytes.toString(name === 'body' ? 'utf8' : 'latin1');
  return name === 'body' ? { body: changed, headers } : { body, headers: { ...headers, [name]: changed } };
}
