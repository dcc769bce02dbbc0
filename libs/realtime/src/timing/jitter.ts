/** `ms` give or take a fifth, so that clients do not march in step. */
export function jitter(ms: number): number {
  return Math.round(ms * (0.8 + Math.random() * 0.4));
}

/** A time in milliseconds as `Retry-After` wants it: whole seconds, at least 1 (RFC 9110 section 10.2.3). */
export function retryAfter(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1000)));
}
