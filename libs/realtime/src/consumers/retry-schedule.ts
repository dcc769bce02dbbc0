const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The waits of the Standard Webhooks specification, about three days in all. */
export const RETRY_SCHEDULE: readonly number[] = Object.freeze([
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
]);

/** The longest that a target may ask to be left alone. */
const MAX_RETRY_AFTER_MS = 24 * HOUR;

/** How long a target is left alone that asked for `retryAfterMs`, whatever that is. */
export function quietMs(retryAfterMs: number): number {
  return retryAfterMs > 0 ? Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) : 0;
}

/**
 * Milliseconds until the next attempt after `attempts` of them, or undefined when there is none. Jittered
 * upwards only, by at most a tenth, and never less than `atLeastMs`.
 */
export function nextRetryMs(
  schedule: readonly number[],
  attempts: number,
  atLeastMs = 0,
  random: () => number = Math.random,
): number | undefined {
  const wait = schedule[attempts - 1];
  return wait === undefined ? undefined : Math.ceil(Math.max(wait * (1 + random() * 0.1), atLeastMs));
}
