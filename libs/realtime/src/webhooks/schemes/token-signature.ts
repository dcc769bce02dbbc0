import { textSecret } from './secrets.js';
import type { WebhookScheme } from './webhook-scheme.js';

/** The secret itself in a header. */
export function tokenSignature(header: string, prefix = ''): WebhookScheme['signature'] {
  return {
    in: [{ header }],
    variants: [{ prefix, algorithm: 'token', encoding: 'latin1', key: textSecret }],
  };
}
