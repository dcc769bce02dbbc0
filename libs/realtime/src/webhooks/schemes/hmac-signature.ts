import { textSecret } from './secrets.js';
import type { SignatureVariant, WebhookScheme } from './webhook-scheme.js';

/** One HMAC in a header, its key the secret's text: SHA-256 in hex, unless told otherwise. */
export function hmacSignature(
  header: string,
  variant: Partial<Pick<SignatureVariant, 'prefix' | 'algorithm' | 'encoding'>> = {},
): WebhookScheme['signature'] {
  return {
    in: [{ header }],
    variants: [{ prefix: '', algorithm: 'hmac-sha256', encoding: 'hex', key: textSecret, ...variant }],
  };
}
