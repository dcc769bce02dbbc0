import { createServer, type IncomingMessage, type Server as HttpServer, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { SOCKET_NAMESPACE } from 'nestjs-realtime-protocol';
import type { Server, Socket } from './socket-io.js';
import { handshakeOf, isOriginAllowed } from '../../access/handshake.js';
import type { Session } from '../../access/session.js';
import { Sessions } from '../../access/sessions.js';
import { RealtimeError } from '../../realtime.errors.js';
import { REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { retryAfter } from '../../timing/jitter.js';
import { Connections } from '../connections.js';
import { queryOf } from '../http-exchange.js';
import { SocketConnection } from './socket-connection.js';
import { SocketServices } from './socket-services.js';
import { divertUpgrades } from './upgrades.js';

/** A frame may be this much larger than the data it carries. */
const FRAME_SLACK_BYTES = 16 * 1024;

/** The admitted client behind an upgrade request. */
interface Admitted {
  readonly session: Session;
  connection?: SocketConnection;
}

/**
 * The socket gateway: socket.io on a path of its own, so that an upgrade is accepted or refused before any
 * socket exists, and gateways of the application beside it are not touched.
 */
@Injectable()
export class SocketGateway implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Realtime');
  private readonly admitted = new WeakMap<IncomingMessage, Admitted>();
  private io: Server | undefined;
  private restore: (() => void) | undefined;

  constructor(
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly host: HttpAdapterHost,
    private readonly sessions: Sessions,
    private readonly connections: Connections,
    private readonly services: SocketServices,
  ) {}

  onApplicationBootstrap(): void {
    const { socket } = this.options;
    const server = this.host.httpAdapter?.getHttpServer() as HttpServer | undefined;
    if (!socket || !server) return;
    this.io = this.listen(socket.path);
    this.restore = divertUpgrades(server, socket.path, (request, stream, head) => {
      void this.upgrade(request, stream, head);
    });
  }

  onApplicationShutdown(): void {
    this.restore?.();
    this.io?.engine.close();
  }

  /** socket.io on a server that never listens: it is handed the upgrades that were admitted. */
  private listen(path: string): Server {
    const io = new IoAdapter(createServer()).createIOServer(0, {
      path,
      serveClient: false,
      transports: ['websocket'],
      connectTimeout: 10_000,
      maxHttpBufferSize: this.options.limits.payloadBytes + FRAME_SLACK_BYTES,
    } as Parameters<IoAdapter['createIOServer']>[1]);
    io.of('/').use((_socket, next) => next(new Error(`Connect to the namespace ${SOCKET_NAMESPACE}.`)));
    io.of(SOCKET_NAMESPACE).on('connection', (socket) => this.connect(socket));
    return io;
  }

  private async upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const ignore = () => stream.destroy();
    stream.on('error', ignore);
    try {
      const session = await this.admit(request, stream);
      if (!session) return;
      stream.removeListener('error', ignore);
      this.io?.engine.handleUpgrade(request, stream, head);
    } catch (error) {
      refuse(stream, error, this.logger);
    }
  }

  /** @returns undefined when the client left meanwhile */
  private async admit(request: IncomingMessage, stream: Duplex): Promise<Session | undefined> {
    this.connections.admit();
    if (!isOriginAllowed(request, (this.options.socket || { origins: [] }).origins)) {
      throw new RealtimeError('origin-refused', `The origin ${request.headers.origin} may not connect.`);
    }
    const principal = await this.sessions.authenticate(handshakeOf(request, 'socket', queryOf(request)));
    this.connections.admit();
    if (stream.destroyed) return undefined;
    const admitted: Admitted = {
      session: this.sessions.open(principal, (code) => {
        if (admitted.connection) admitted.connection.expel(code);
        else stream.destroy();
      }),
    };
    this.admitted.set(request, admitted);
    stream.once('close', () => {
      admitted.session.close();
      if (admitted.connection) this.connections.remove(admitted.connection);
    });
    return admitted.session;
  }

  private connect(socket: Socket): void {
    const admitted = this.admitted.get(socket.request);
    if (!admitted) return void socket.disconnect(true);
    try {
      admitted.connection = new SocketConnection(socket, admitted.session, this.services);
      this.connections.add(admitted.connection);
    } catch {
      socket.disconnect(true);
    }
  }
}

/** Answers an upgrade that is not accepted. */
function refuse(stream: Duplex, error: unknown, logger: Logger): void {
  const known =
    error instanceof RealtimeError ? error : new RealtimeError('internal', 'Internal server error');
  if (known !== error) logger.error('A handshake failed; the client was refused.', error);
  const status = known.getStatus();
  const body = JSON.stringify(known.getResponse());
  const retry = known.retryAfterMs === undefined ? '' : `Retry-After: ${retryAfter(known.retryAfterMs)}\r\n`;
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n${retry}\r\n${body}`,
  );
}
