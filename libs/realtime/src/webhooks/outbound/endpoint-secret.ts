import { type KeyObject, randomBytes } from 'node:crypto';
import { standardWebhooks } from '../schemes/standard-webhooks.js';
import type { Endpoint, EndpointSecret } from './endpoint.js';

/** How endpoints are signed to. The secret is each endpoint's own. */
export const SCHEME = standardWebhooks({ secret: '' });

/** More never sign at once, however often a secret is rotated. */
const MAX_SECRETS = 4;
/** What Standard Webhooks asks of a shared secret. */
const SECRET_BYTES = Object.freeze({ min: 24, default: 32, max: 64 });

/** A new `whsec_…`. */
export function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES.default).toString('base64')}`;
}

/** The key of `whsec_…` (v1) or `whsk_…` (v1a), or undefined for what is neither. */
export function signingKey(secret: string): KeyObject | undefined {
  if (!/^whs(ec|k)_/.test(secret)) return undefined;
  for (const variant of SCHEME.signature.variants) {
    const key = (variant.signingKey ?? variant.key)(secret);
    const bytes = key?.symmetricKeySize ?? SECRET_BYTES.min;
    if (key && bytes >= SECRET_BYTES.min && bytes <= SECRET_BYTES.max) return key;
  }
  return undefined;
}

/** The secrets after a rotation: the new one, and for `overlapMs` those that are valid now. */
export function rotated({ secrets }: Endpoint, secret: string, overlapMs: number): EndpointSecret[] {
  const now = Date.now();
  const old = secrets
    .map((entry) => ({ ...entry, expiresAt: Math.min(entry.expiresAt ?? Infinity, now + overlapMs) }))
    .filter(({ expiresAt }, index) => expiresAt > now && secrets[index]!.secret !== secret);
  return [{ secret }, ...old].slice(0, MAX_SECRETS);
}
