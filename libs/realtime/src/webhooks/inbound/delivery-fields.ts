import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookField } from '../schemes/webhook-scheme.js';

/** What the fields of a delivery are read from. */
export interface FieldSources {
  readonly headers: IncomingHttpHeaders;
  /** Of the signature header. */
  readonly entries: readonly string[];
  /** The parsed body; undefined while it must not be trusted. */
  readonly data?: unknown;
}

/** The first of the fields that is there, and not empty. */
export function readField(
  fields: readonly WebhookField[] | undefined,
  sources: FieldSources,
): string | undefined {
  for (const field of fields ?? []) {
    const value = valueOf(field, sources);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

export function readHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value : undefined;
}

function valueOf(field: WebhookField, { headers, entries, data }: FieldSources): string | undefined {
  if ('header' in field) return readHeader(headers, field.header);
  if ('entry' in field) {
    return entries.find((entry) => entry.startsWith(field.entry))?.slice(field.entry.length);
  }
  const value = field.body.split('.').reduce<unknown>(ownValue, data);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function ownValue(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}
