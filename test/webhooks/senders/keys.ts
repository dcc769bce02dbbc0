import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createCertificate } from '../certificate.js';

/** What a sender signs with, and what its signatures are verified with. */
export interface Key {
  readonly secret: string;
  readonly signWith: string | KeyObject;
  /** What is sent along, so that the receiver finds it. */
  readonly headers?: Readonly<Record<string, string>>;
}

const text = (secret: string): Key => ({ secret, signWith: secret });
export const TEXTS = [text('old'), text('current'), text('strange')] as const;
export const BASE64 = [text('whsec_b2xk'), text('whsec_Y3VycmVudA=='), text('whsec_c3RyYW5nZQ==')] as const;
/** What their signatures are verified with. */
export const secrets = (keys: readonly Key[]): string[] => keys.map(({ secret }) => secret);

/** Three of what `make` makes. */
function three<T>(make: (index: number) => T): readonly [T, T, T] {
  return [make(0), make(1), make(2)];
}

export const ED25519 = three((): Key => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return { secret: spki.subarray(-32).toString('hex'), signWith: privateKey };
});

export const P256 = three((): Key => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const secret = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return { secret, signWith: privateKey };
});

export const CERTIFICATES = three((index): Key => {
  const { pem, privateKey } = createCertificate({ commonName: 'messageverificationcerts.paypal.com' });
  const headers = { 'paypal-cert-url': `https://api.paypal.com/v1/notifications/certs/CERT-${index}` };
  return { secret: pem, signWith: privateKey, headers };
});
