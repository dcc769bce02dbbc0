import type { WebhookScheme } from '../schemes/webhook-scheme.js';
import { WebhookRefusal } from './webhook-refusal.js';

type Unit = NonNullable<WebhookScheme['timestamp']>['unit'];

/**
 * When a delivery was sent, in milliseconds since 1970. A lenient parse would take 123xyz for 123.
 * @throws WebhookRefusal `malformed`
 */
export function sentAt(text: string | undefined, unit: Unit): number {
  const ms = unit === 'rfc3339' ? fromText(text) : fromDigits(text, unit === 's' ? 1000 : 1);
  if (Number.isNaN(ms)) {
    throw new WebhookRefusal('malformed', 'The timestamp of the delivery is not one.');
  }
  return ms;
}

/**
 * Checks that a delivery was sent about now, in so far as its sender says when.
 * @throws WebhookRefusal `timestamp-stale`, or `malformed` when it is no timestamp
 */
export function verifyFreshness(
  { timestamp }: WebhookScheme,
  text: string | undefined,
  now: number,
): Date | undefined {
  if (!timestamp) return undefined;
  const sent = sentAt(text, timestamp.unit);
  if (Math.abs(now - sent) > timestamp.toleranceMs) {
    const seconds = Math.round((now - sent) / 1000);
    throw new WebhookRefusal('timestamp-stale', `It says that it was sent ${seconds} s ago.`);
  }
  return new Date(sent);
}

function fromDigits(text = '', unitMs: number): number {
  return /^\d{1,13}$/.test(text) ? Number(text) * unitMs : Number.NaN;
}

/** RFC 3339 section 5.6, in UTC. */
function fromText(text = ''): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text) ? Date.parse(text) : Number.NaN;
}
