import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { RealtimeError } from '../../realtime.errors.js';
import { retryAfter } from '../../timing/jitter.js';
import { queryOf } from '../http-exchange.js';

/**
 * Checks that an upgrade begins a connection of its own: a WebSocket that takes over another's session would
 * outlive the count of the first.
 * @throws RealtimeError `query-invalid`
 */
export function assertHandshake(request: IncomingMessage): void {
  const query = queryOf(request);
  const isWebSocket = query.get('EIO') === '4' && query.get('transport') === 'websocket';
  if (isWebSocket && !query.has('sid')) return;
  throw new RealtimeError(
    'query-invalid',
    'Connect with socket.io 3 or later, and with WebSocket as its only transport.',
  );
}

/** Answers an upgrade that is not accepted, as any HTTP request. */
export function refuseUpgrade(stream: Duplex, error: RealtimeError): void {
  const status = error.getStatus();
  const body = JSON.stringify(error.getResponse());
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(error.retryAfterMs === undefined ? [] : [`Retry-After: ${retryAfter(error.retryAfterMs)}`]),
  ];
  // HTTP servers let clients keep their half of a connection open: this one has nothing left to say.
  stream.once('finish', () => stream.destroy());
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
