import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';

/** What a server answered to a request to upgrade. */
export interface UpgradeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
  /** The connection, where the status is 101. */
  readonly socket: Socket | undefined;
}

/** The gateway's address, for clients that speak WebSocket only. */
export function gatewayPath(query: Record<string, string> = {}): string {
  const parameters = new URLSearchParams({ EIO: '4', transport: 'websocket', ...query });
  return `/realtime/socket.io/?${parameters}`;
}

/** Asks to upgrade to a WebSocket. Rejects when the server hangs up instead of answering. */
export function upgrade(url: string, headers: Record<string, string> = {}): Promise<UpgradeAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      agent: false,
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
        ...headers,
      },
    });
    asked.on('error', reject);
    asked.on('upgrade', (response, socket: Socket) => {
      socket.on('error', () => socket.destroy());
      resolve({ ...head(response), body: undefined, socket });
    });
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () => resolve({ ...head(response), body: parsed(text), socket: undefined }));
    });
    asked.end();
  });
}

function head({ statusCode = 0, headers }: IncomingMessage) {
  return { status: statusCode, headers };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Asks to upgrade, on a bare connection that keeps its half open whatever the server does. */
export async function upgradeSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  socket.write(
    `GET ${gatewayPath()} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  socket.resume();
  return socket;
}
