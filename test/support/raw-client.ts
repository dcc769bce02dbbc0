import { connect, type Socket } from 'node:net';
import { Inbox } from './inbox.js';

/** A TCP connection that says exactly what it is told. Dispose it to leave. */
export interface RawClient extends Disposable {
  readonly socket: Socket;
  /** All that has arrived so far. */
  readonly text: () => string;
  /** Resolves to all that has arrived, once that has `part` in it `times` times. */
  has(part: string, times?: number): Promise<string>;
  /** Resolves when the server has closed the connection. */
  readonly ended: Promise<void>;
}

/** Connects and writes `request`. */
export async function rawClient(port: number, request: string): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const arrived = new Inbox<string>();
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
    arrived.push(part);
  });
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => {
      arrived.fail(new Error(`The connection has ended after: ${text}`));
      resolve();
    });
  });
  socket.on('error', () => socket.destroy());
  socket.write(request);
  return {
    socket,
    text: () => text,
    async has(part, times = 1) {
      while (text.split(part).length <= times) await arrived.next();
      return text;
    },
    ended,
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** A GET as text. */
export function getRequest(path: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
