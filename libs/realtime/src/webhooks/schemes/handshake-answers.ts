import type { IncomingHttpHeaders } from 'node:http';
import type { HandshakeAnswer } from './webhook-scheme.js';

/** What anybody may have made up: no browser may take it for a page. */
export function textAnswer(body: string): HandshakeAnswer {
  return {
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
    body,
  };
}

export function jsonAnswer(value: object): HandshakeAnswer {
  return { headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}

/** What a body says at `key`, if it is an object. */
export function property(data: unknown, key: string): unknown {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, key)) return undefined;
  return (data as Record<string, unknown>)[key];
}

/** A header of a request that may be sent back in an answer. */
export function readRequestHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && /^[\w.:*/-]{1,253}$/.test(value) ? value : undefined;
}
