import { Position } from 'nestjs-realtime-protocol';
import { RealtimeError } from '../../../realtime.errors.js';
import type { EndpointChange } from '../endpoint.js';

const MAX_LIMIT = 1_000;

/** @throws RealtimeError `query-invalid`, as all here, for what is anything else */
export function objectOf(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  throw invalid('the body must be a JSON object');
}

/** JSON has no undefined: null unsets. */
export function unset(change: EndpointChange): EndpointChange {
  return Object.fromEntries(Object.entries(change).map(([name, value]) => [name, value ?? undefined]));
}

export function limitOf(text: unknown): number | undefined {
  if (text === undefined) return undefined;
  const limit = typeof text === 'string' && /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw invalid(`"limit" must be a number from 1 to ${MAX_LIMIT}`);
}

export function eventIdOf(id: unknown): string | undefined {
  if (id === undefined) return undefined;
  try {
    return Position.parse(id as string).toString();
  } catch {
    throw invalid('this is no id of an event');
  }
}

export function timeOf(since: unknown): Date {
  const time = new Date(typeof since === 'string' ? since : Number.NaN);
  if (Number.isNaN(time.getTime())) throw invalid('"since" must be a time, ISO 8601');
  return time;
}

function invalid(what: string): RealtimeError {
  return new RealtimeError('query-invalid', `The request was refused: ${what}.`);
}
