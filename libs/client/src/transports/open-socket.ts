import { SOCKET_NAMESPACE } from 'nestjs-realtime-protocol';
import type { io, Socket } from 'socket.io-client';
import { RealtimeClientError } from '../client.error.js';
import type { Credentials } from '../credentials.js';

export interface SocketAddress {
  /** Of the server: `https://api.example.com`. */
  readonly origin: string;
  readonly path: string;
}

export interface Opening {
  readonly address: SocketAddress;
  readonly credentials: Credentials;
  /** How long it may take. */
  readonly answerMs: number;
  readonly signal: AbortSignal;
  /** Called before anything can be heard. */
  readonly prepare: (socket: Socket) => void;
}

/** Connects by socket.io, a second time if it may have been the token that was refused, and there is another. */
export async function openSocket(opening: Opening): Promise<Socket> {
  const { credentials, signal } = opening;
  const connect = await load();
  const token = await credentials.token();
  try {
    return await open(connect, token, opening);
  } catch (error) {
    // A browser does not tell what a handshake was answered with.
    credentials.expire();
    if ((error as RealtimeClientError).code !== 'network' || signal.aborted) throw error;
    const next = await credentials.token();
    if (next === token) throw error;
    return open(connect, next, opening);
  }
}

function open(connect: typeof io, token: string | undefined, opening: Opening): Promise<Socket> {
  const { address, answerMs, signal, prepare } = opening;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect(address.origin + SOCKET_NAMESPACE, {
      path: address.path,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      // Its own watch is over the first half of this only; ours is over all of it.
      timeout: answerMs * 2,
      query: token ? { access_token: token } : {},
    });
    const fail = (code: string, reason: string) => {
      stop();
      // Before it is disconnected, which is a reason of its own.
      reject(new RealtimeClientError(code, `No WebSocket to ${address.origin}: ${reason}.`));
      socket.disconnect();
    };
    const abort = () => fail('closed', 'it is not wanted any more');
    const closed = (reason: string) => fail('network', reason);
    const { engine } = socket.io;
    const timer = setTimeout(() => fail('timeout', 'it takes too long'), answerMs);
    const stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      engine.off('close', closed);
    };
    signal.addEventListener('abort', abort);
    socket.once('connect_error', (error) => fail('network', error.message));
    // Of a connection that is cut during the handshake, socket.io says nothing by itself.
    engine.once('close', closed);
    socket.once('connect', () => {
      stop();
      prepare(socket);
      resolve(socket);
    });
  });
}

async function load(): Promise<typeof io> {
  try {
    return (await import('socket.io-client')).io;
  } catch {
    throw new RealtimeClientError('unavailable', 'For WebSocket, install socket.io-client.');
  }
}
