import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Whoever waits for a connection to close whose turn on it has not come. One listener a socket. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls `closed` once the response is over: sent, or its client has left.
 *
 * A response that waits behind others pipelined on its connection never hears that the connection closed, so
 * the socket is listened to as well; by one listener, for it is the client that chooses how many wait.
 */
export function onceClosed(response: ServerResponse, socket: Socket, closed: () => void): void {
  if (socket.destroyed) return closed();
  if (response.socket) return void response.on('close', closed);
  const callbacks = waitingFor(socket);
  const once = () => {
    if (callbacks.delete(once)) closed();
  };
  callbacks.add(once);
  response.on('close', once);
}

function waitingFor(socket: Socket): Set<() => void> {
  const known = waiting.get(socket);
  if (known) return known;
  const callbacks = new Set<() => void>();
  waiting.set(socket, callbacks);
  socket.once('close', () => {
    for (const closed of callbacks) closed();
  });
  return callbacks;
}
