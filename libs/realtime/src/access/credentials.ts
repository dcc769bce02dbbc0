import type { Principal } from '../realtime.options.js';

/** Milliseconds until a principal's credentials end: Infinity for never, 0 or less for already. */
export function expiresInMs({ expiresAt }: Principal): number {
  if (expiresAt === undefined) return Infinity;
  const ms = Number(expiresAt) - Date.now();
  // An invalid Date is no permission to stay.
  return Number.isNaN(ms) ? 0 : ms;
}

/** When a principal's credentials end, ISO 8601; undefined for never. */
export function expiryOf(principal: Principal | undefined): string | undefined {
  const date = new Date(principal?.expiresAt ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
