import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as requestOf,
  ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What a client asks a server for. */
export type Kind = 'websocket' | 'sse' | 'long-poll' | 'short-poll' | 'publish' | 'other';

/** How bytes get from the server to the client. */
export type Passage = (bytes: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

/** One request, before anything has become of it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** Takes it to the server. An upgrade that is not to pass is asked for as a plain GET. */
  pass(passage?: Passage, upgrades?: boolean): void;
}

/** What becomes of a request. */
export type Treatment = (exchange: Exchange) => void;

/** An HTTP proxy in front of a server on this machine, which treats each kind of request as it is told to. */
export class HostileProxy implements AsyncDisposable {
  /** What was asked for, in order. */
  readonly seen: Kind[] = [];
  private readonly treatments = new Map<Kind, Treatment>();
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer({ noDelay: true });
  private isDown = false;
  private frozen: { readonly until: Promise<void>; thaw(): void } | undefined;

  private constructor(
    private readonly port: () => number,
    private readonly otherwise: Treatment,
  ) {
    this.server
      .on('connection', (socket) => this.accept(socket))
      .on('request', (request, response) => this.treat(request, response))
      .on('upgrade', (request, socket) => this.treat(request, answerOn(socket, request)));
  }

  /** @param otherwise what becomes of what was not told about; by default it passes */
  static async start(port: () => number, otherwise: Treatment = ({ pass }) => pass()): Promise<HostileProxy> {
    const proxy = new HostileProxy(port, otherwise);
    await once(proxy.server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get listens(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.listens}`;
  }

  /** From now on this becomes of requests of these kinds, and what there is of them is cut off. */
  let(treatments: Partial<Record<Kind, Treatment>>): void {
    for (const [kind, treatment] of Object.entries(treatments)) this.treatments.set(kind as Kind, treatment);
    this.cut();
  }

  /** Everything is treated as at first; what there is goes on. */
  relent(): void {
    this.treatments.clear();
    this.thaw();
  }

  /** Cuts off everybody. */
  cut(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** Nobody gets through until `up`. */
  down(): void {
    this.isDown = true;
    this.cut();
  }

  up(): void {
    this.isDown = false;
  }

  /** From now on nothing arrives, and nobody is told: as when a machine on the way vanishes. */
  freeze(): void {
    let thaw!: () => void;
    const until = new Promise<void>((resolve) => (thaw = resolve));
    this.frozen = { until, thaw };
  }

  thaw(): void {
    this.frozen?.thaw();
    this.frozen = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close();
    this.down();
    this.thaw();
    if (this.server.listening) await once(this.server, 'close');
  }

  private accept(socket: Socket): void {
    if (this.isDown) return void socket.resetAndDestroy();
    this.sockets.add(socket);
    // Cut by us or by the client: either way it is over.
    socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
  }

  private treat(request: IncomingMessage, response: ServerResponse): void {
    const kind = kindOf(request);
    this.seen.push(kind);
    const { socket } = request;
    const pass: Exchange['pass'] = (passage, upgrades = true) => {
      if (upgrades && 'upgrade' in request.headers) void this.upgrade(request, passage);
      else this.forward(request, response, passage);
    };
    (this.treatments.get(kind) ?? this.otherwise)({ request, response, socket, pass });
  }

  private forward(request: IncomingMessage, response: ServerResponse, passage?: Passage): void {
    const { method, url, headers } = request;
    const target = { host: '127.0.0.1', port: this.port(), method, path: url, agent: false };
    const onward = requestOf({ ...target, headers: withoutUpgrade(headers) }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      if (!passage) response.flushHeaders();
      pipeline(answer, this.passage(passage), response).catch(() => response.destroy());
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }

  private async upgrade(request: IncomingMessage, passage?: Passage): Promise<void> {
    const client = request.socket;
    const server = connect({ host: '127.0.0.1', port: this.port(), noDelay: true });
    server.write(headOf(request));
    const ways = [pipeline(server, this.passage(passage), client), pipeline(client, server)];
    await Promise.race(ways).catch(() => undefined);
    client.destroy();
    server.destroy();
    await Promise.allSettled(ways);
  }

  private passage(passage: Passage = (bytes) => bytes): Passage {
    const held = (bytes: AsyncIterable<Buffer>) => this.unlessFrozen(bytes);
    return (bytes) => held(passage(bytes));
  }

  private async *unlessFrozen(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      await this.frozen?.until;
      yield chunk;
    }
  }
}

function kindOf({ headers, method, url }: IncomingMessage): Kind {
  if ('upgrade' in headers) return 'websocket';
  const { pathname, searchParams } = new URL(url!, 'http://proxy');
  if (!pathname.endsWith('/realtime/events')) return 'other';
  if (method === 'POST') return 'publish';
  if (headers.accept?.includes('text/event-stream')) return 'sse';
  return searchParams.has('wait') ? 'long-poll' : 'short-poll';
}

/** A plain answer to who asked for an upgrade. */
function answerOn(socket: Duplex, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket);
  return response.on('finish', () => socket.end());
}

function withoutUpgrade(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  if (!('upgrade' in headers)) return headers;
  const { upgrade: _, ...others } = headers;
  return { ...others, connection: 'close' };
}

function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? `${name}: ${rawHeaders[at + 1]}` : []));
  return [`${method} ${url} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}
