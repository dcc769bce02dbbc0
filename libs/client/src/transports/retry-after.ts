/** No longer than this is waited, whatever the header says. */
const MOST_MS = 3_600_000;

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110, section 10.2.3). Undefined where there is none. */
export function retryAfterMs(headers: Headers): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (!text) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MOST_MS);
}
