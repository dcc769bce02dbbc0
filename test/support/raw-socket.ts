import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { Inbox } from './inbox.js';
import { gatewayPath } from './upgrade.js';

/** How a WebSocket ended. 1006: without a closing handshake. */
export interface Closed {
  readonly code: number;
}

/** A client that speaks frames, and so can say what no library would. Dispose it to leave without a word. */
export interface RawSocket extends Disposable {
  /** Text frames as they arrive, but pings of Engine.IO. */
  readonly frames: Inbox<string>;
  readonly webSocket: WebSocket;
  readonly tcp: Socket;
  readonly closed: Promise<Closed>;
  send(frame: string | Buffer): void;
  /** Sends a message, and resolves to the body of its acknowledgement. */
  ask(name: string, body: unknown): Promise<unknown>;
}

/** Opens a WebSocket to the gateway. Resolves when the handshake of Engine.IO is through; joins no namespace. */
export async function openRaw(url: string, query: Record<string, string> = {}): Promise<RawSocket> {
  const webSocket = new WebSocket(url.replace(/^http/, 'ws') + gatewayPath(query));
  const frames = new Inbox<string>();
  const acks = new Map<string, (answer: unknown) => void>();
  webSocket.on('message', (data: Buffer) => {
    const frame = data.toString();
    const [, id, answer] = /^43\/realtime,(\d+)(.*)$/s.exec(frame) ?? [];
    if (frame === '2') webSocket.send('3');
    else if (id && acks.has(id)) acks.get(id)!((JSON.parse(answer!) as unknown[])[0]);
    else frames.push(frame);
  });
  const closed = new Promise<Closed>((resolve) => {
    webSocket.once('close', (code) => {
      frames.fail(new Error(`The socket was closed: ${code}`));
      resolve({ code });
    });
  });
  webSocket.on('error', (error) => frames.fail(error));
  await frames.next();
  const { _socket: tcp } = webSocket as unknown as { readonly _socket: Socket };
  const send = (frame: string | Buffer) => webSocket.send(frame);
  return {
    frames,
    webSocket,
    tcp,
    closed,
    send,
    ask: (name, body) =>
      new Promise((resolve) => {
        const id = String(acks.size + 1);
        acks.set(id, resolve);
        send(`42/realtime,${id}${JSON.stringify([name, body])}`);
      }),
    [Symbol.dispose]: () => webSocket.terminate(),
  };
}

/** Opens a WebSocket and joins the namespace. */
export async function joinRaw(url: string, query: Record<string, string> = {}): Promise<RawSocket> {
  const socket = await openRaw(url, query);
  socket.send('40/realtime,');
  await socket.frames.next();
  return socket;
}
