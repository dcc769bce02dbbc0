import type { IncomingMessage } from 'node:http';

/** How a client is told things, by the names that nestjs-realtime-client has for them. */
export const WAYS = ['websocket', 'sse', 'long-poll', 'short-poll'] as const;
export type Way = (typeof WAYS)[number];

const POLLED = /^\/(orders\/\d+|realtime\/events)\/?$/;

/** What a proxy can see of a request: undefined for one by which nobody is told anything. */
export function wayOf({ method, headers, url = '' }: IncomingMessage): Way | undefined {
  const [path = '', query] = url.split('?');
  if (method !== 'GET') return undefined;
  if (headers.upgrade) return 'websocket';
  if (headers.accept?.includes('text/event-stream')) return 'sse';
  if (new URLSearchParams(query).has('wait')) return 'long-poll';
  return POLLED.test(path) ? 'short-poll' : undefined;
}
