import { io, type ManagerOptions } from 'socket.io-client';
import { Inbox } from './inbox.js';

export interface SocketMessage {
  readonly name: string;
  readonly body: unknown;
}

/** A socket.io client that follows docs/PROTOCOL.md. Dispose it to leave. */
export interface SocketClient extends Disposable {
  readonly messages: Inbox<SocketMessage>;
  /** Sends a message, and wants no acknowledgement. */
  tell(name: string, message?: unknown): void;
  /** Sends a message and resolves to its acknowledgement. */
  ask(name: string, message?: unknown): Promise<unknown>;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<string>;
  close(): void;
}

/** The handshake was answered with something other than 101. */
export class HandshakeRefused extends Error {
  constructor(readonly status: number) {
    super(`The handshake was answered with ${status}.`);
  }
}

export interface SocketOptions extends Partial<ManagerOptions> {
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

/** Connects. Rejects with `HandshakeRefused` when the server does not want it. */
export async function openSocket(
  url: string,
  { token, headers, ...options }: SocketOptions = {},
): Promise<SocketClient> {
  const socket = io(`${url}/realtime`, {
    path: '/realtime/socket.io',
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    query: token === undefined ? {} : { access_token: token },
    extraHeaders: headers,
    ...options,
  });
  const messages = new Inbox<SocketMessage>();
  socket.onAny((name: string, body: unknown) => messages.push({ name, body }));
  const closed = new Promise<string>((resolve) => {
    socket.once('disconnect', (reason) => {
      messages.fail(new Error(`The socket was closed: ${reason}`));
      resolve(reason);
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error) => reject(refusal(error)));
  });
  const close = () => void socket.close();
  return {
    messages,
    tell: (name, message) => void socket.emit(name, message),
    ask: (name, message) => socket.emitWithAck(name, message) as Promise<unknown>,
    closed,
    close,
    [Symbol.dispose]: close,
  };
}

function refusal(error: Error): Error {
  const { description } = error as { description?: { message?: string } };
  const [, status] = /response: (\d+)/.exec(description?.message ?? '') ?? [];
  return status ? new HandshakeRefused(Number(status)) : error;
}
