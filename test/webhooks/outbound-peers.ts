import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { Inbox } from '../support/inbox.js';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a receiver answers: with a status, and headers and a body if it likes. */
export type ReceiverAnswer = number | { status: number; headers?: Record<string, string>; body?: string };

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly received: Inbox<Received>;
  /** The answers to come; 204 when there are none left. */
  readonly answers: ReceiverAnswer[];
  /** Connections so far. */
  readonly connections: () => number;
}

/** Receives webhooks on one address, or on all of this machine. */
export async function startReceiver(address = '127.0.0.1', ...answers: ReceiverAnswer[]): Promise<Receiver> {
  const received = new Inbox<Received>();
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const answer = answers.shift() ?? 204;
      if (typeof answer === 'number') response.writeHead(answer).end();
      else response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  }).on('connection', () => void connections++);
  await once(server.listen(0, address), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address}:${port}/hook`,
    port,
    received,
    answers,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Peer extends AsyncDisposable {
  readonly url: string;
}

/** Does to each connection, once a request has begun to arrive, what `behave` does. */
export async function startPeer(behave: (socket: Socket) => void): Promise<Peer> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', () => behave(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
