import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookField } from '../schemes/webhook-scheme.js';

/** What the fields of a delivery are read from. */
export interface FieldSources {
  readonly headers: IncomingHttpHeaders;
  /** Of the signature header. */
  readonly entries: readonly string[];
  readonly rawBody: Buffer;
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

function valueOf(field: WebhookField, sources: FieldSources): string | undefined {
  const { headers, entries, rawBody, data } = sources;
  if ('header' in field) return readHeader(headers, field.header);
  if ('body' in field) return bodyValue(data, field.body.split('.'));
  if ('digest' in field) return createHash('sha256').update(rawBody).digest('base64url');
  if ('all' in field) return joined(field.all.map((part) => readField([part], sources)));
  return entries.find((entry) => entry.startsWith(field.entry))?.slice(field.entry.length);
}

function bodyValue(value: unknown, [key, ...rest]: readonly string[]): string | undefined {
  if (key === undefined) {
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  }
  if (key !== '*') return bodyValue(ownValue(value, key), rest);
  return Array.isArray(value) ? joined(value.map((item) => bodyValue(item, rest))) : undefined;
}

function joined(values: readonly (string | undefined)[]): string | undefined {
  return values.length > 0 && values.every((value) => value !== undefined) ? values.join(' ') : undefined;
}

function ownValue(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}
