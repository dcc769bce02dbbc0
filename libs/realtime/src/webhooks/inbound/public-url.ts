import type { IncomingMessage } from 'node:http';
import type { WebhookScheme } from '../schemes/webhook-scheme.js';

/** What was called, where the application says how it is called from outside. */
export function publicUrlOf(base: string | undefined, request: IncomingMessage): string | undefined {
  if (base === undefined) return undefined;
  // Before frameworks mounted or rewrote it.
  const { originalUrl, url = '' } = request as IncomingMessage & { readonly originalUrl?: string };
  return base.replace(/\/$/, '') + (originalUrl ?? url);
}

/** What is wrong with a `publicUrl`, or with its absence. */
export function publicUrlFault(
  base: string | undefined,
  { name, signed }: WebhookScheme,
): string | undefined {
  if (base !== undefined)
    return isBase(base) ? undefined : `its publicUrl ${JSON.stringify(base)} must be ${LIKE}`;
  if (!signed.includes('{url}')) return undefined;
  return `${name} signs the URL that it calls: set publicUrl, here or in RealtimeModule.forRoot(), ${LIKE}`;
}

const LIKE = 'like "https://example.com", or "https://example.com/api" where a proxy takes off "/api"';

function isBase(text: string): boolean {
  return /^https?:\/\/[^?#@\s]+$/.test(text) && URL.canParse(text);
}
