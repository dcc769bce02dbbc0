import { HEADERS, type Position } from 'nestjs-realtime-protocol';
import { retryAfter } from '../timing/jitter.js';
import type { HttpExchange } from './http-exchange.js';

/** What a page of another origin may read of an answer, once the application lets it read any. */
const EXPOSED = [HEADERS.cursor, 'ETag', 'Retry-After', 'Preference-Applied'];

/**
 * Headers on every answer to a poll.
 * @param retryMs when to ask again; undefined is at once
 */
export function answerHeaders(
  exchange: HttpExchange,
  cursor: Position,
  retryMs?: number,
): Record<string, string> {
  return {
    [HEADERS.cursor]: cursor.toString(),
    ...(!exchange.answered('cache-control') && { 'Cache-Control': 'private, no-cache' }),
    ...(retryMs !== undefined && { 'Retry-After': retryAfter(retryMs) }),
    ...exposed(exchange),
  };
}

/** Browsers hide from other origins what is not exposed, and a client could not go on. */
function exposed(exchange: HttpExchange): Record<string, string> | undefined {
  if (exchange.answered('access-control-allow-origin') === undefined) return undefined;
  const own = exchange.answered('access-control-expose-headers');
  if (own === '*') return undefined;
  return { 'Access-Control-Expose-Headers': [...(own ? [own] : []), ...EXPOSED].join(', ') };
}
