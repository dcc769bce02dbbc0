import { SOCKET_NAMESPACE } from 'nestjs-realtime-protocol';
import type { Socket } from 'socket.io-client';
import { RealtimeClientError } from '../client.error.js';
import type { Credentials } from '../credentials.js';

export interface SocketAddress {
  /** Of the server: `https://api.example.com`. */
  readonly origin: string;
  readonly path: string;
}

const CONNECT_MS = 15_000;

/**
 * Connects by socket.io, once.
 * @param prepare called before anything can be heard
 */
export async function openSocket(
  { origin, path }: SocketAddress,
  credentials: Credentials,
  prepare: (socket: Socket) => void,
): Promise<Socket> {
  const [{ io }, token] = await Promise.all([load(), credentials.token()]);
  const socket = io(origin + SOCKET_NAMESPACE, {
    path,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    timeout: CONNECT_MS,
    query: token ? { access_token: token } : {},
  });
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      // A browser does not tell what a handshake was answered with: it may have been the token.
      credentials.expire();
      socket.disconnect();
      reject(new RealtimeClientError('network', `No WebSocket to ${origin}: ${reason}.`));
    };
    socket.once('connect_error', (error) => fail(error.message));
    // Of a connection that is cut during the handshake, socket.io says nothing until the time is up.
    socket.io.engine.once('close', (reason) => fail(reason));
    socket.once('connect', () => {
      prepare(socket);
      resolve(socket);
    });
  });
}

async function load(): Promise<typeof import('socket.io-client')> {
  try {
    return await import('socket.io-client');
  } catch {
    throw new RealtimeClientError('unavailable', 'For WebSocket, install socket.io-client.');
  }
}
