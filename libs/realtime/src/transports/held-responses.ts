import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { RealtimeError } from '../realtime.errors.js';
import { jitter } from '../timing/jitter.js';
import { onceClosed } from './response-close.js';

/** How many responses of one connection may be held open while they wait for others on it. */
const MAX_HELD = 16;

const held = new WeakMap<Socket, number>();

/**
 * To be called before a response is held open: with pipelining, one connection could hold thousands.
 * @throws RealtimeError `too-many-connections`
 */
export function admitHeld(response: ServerResponse, socket: Socket): void {
  // It is its turn.
  if (response.socket) return;
  const count = held.get(socket) ?? 0;
  if (count === MAX_HELD) {
    throw new RealtimeError('too-many-connections', 'Too much waits on one connection.', jitter(5_000));
  }
  held.set(socket, count + 1);
  onceClosed(response, socket, () => held.set(socket, held.get(socket)! - 1));
}
