import type { IncomingMessage } from 'node:http';

/** As the gateway does it: an EventSource cannot send headers, so its token comes in the query. */
export function tokenOf({ headers, url }: Pick<IncomingMessage, 'headers' | 'url'>): string | undefined {
  const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return bearer ?? new URLSearchParams(url?.split('?')[1]).get('access_token') ?? undefined;
}
