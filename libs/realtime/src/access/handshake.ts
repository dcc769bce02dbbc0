import type { IncomingMessage } from 'node:http';
import type { Handshake } from '../realtime.options.js';

/** What `authenticate` is told about a request. `token` is one that came by another way. */
export function handshakeOf(
  request: IncomingMessage,
  transport: Handshake['transport'],
  query: URLSearchParams,
  token?: string,
): Handshake {
  return {
    transport,
    token: token ?? bearer(request.headers.authorization) ?? query.get('access_token') ?? undefined,
    headers: request.headers,
    query,
    remoteAddress: request.socket.remoteAddress,
    request,
  };
}

/**
 * Whether a browser page of `origin` may open a socket here: it is the server's own, or one that was allowed.
 * Without an `Origin` the client is no browser, and its credentials are its own.
 */
export function isOriginAllowed({ headers }: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const own = `${new URL(origin).protocol}//${host}`;
  // Parsed, for a proxy may have named the default port.
  return URL.canParse(own) && new URL(own).host === new URL(origin).host;
}

/** A token in `Authorization` (RFC 6750 section 2.1). */
function bearer(authorization: string | undefined): string | undefined {
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization ?? '')?.[1];
}
