import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
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
import { MAX_TOPIC_BYTES, SOCKET_NAMESPACE } from 'nestjs-realtime-protocol';
import { RealtimeError } from '../../realtime.errors.js';
import { type Limits, REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import type { Server } from './socket-io.js';
import { SocketLine } from './socket-line.js';
import { SocketServices } from './socket-services.js';
import { divertUpgrades } from './upgrades.js';

/** A message may be this much larger than the data or the topics it carries. */
const SLACK_BYTES = 16 * 1024;
/** No message is larger, whatever the limits. */
const MAX_MESSAGE_BYTES = 100 * 1024 * 1024;

/**
 * The socket gateway: socket.io on a path of its own, so that an upgrade is accepted or refused before any
 * socket exists, and gateways of the application beside it are not touched.
 */
@Injectable()
export class SocketGateway implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Realtime');
  private readonly lines = new WeakMap<IncomingMessage, SocketLine>();
  private stop: (() => void) | undefined;

  constructor(
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly host: HttpAdapterHost,
    private readonly services: SocketServices,
  ) {}

  onApplicationBootstrap(): void {
    const { socket, limits } = this.options;
    const server = this.host.httpAdapter?.getHttpServer() as HttpServer | undefined;
    if (!socket || !server) return;
    const path = socket.path.replace(/\/+$/, '');
    const io = createSocketIo(path, maxMessageBytes(limits));
    io.of(SOCKET_NAMESPACE).on('connection', (client) => {
      const line = this.lines.get(client.request);
      if (line) line.join(client);
      else client.disconnect(true);
    });
    const restore = divertUpgrades(server, path, (request, stream, head) => {
      void this.upgrade(io, request, stream, head);
    });
    this.stop = () => {
      restore();
      io.engine.close();
    };
  }

  onApplicationShutdown(): void {
    this.stop?.();
  }

  private async upgrade(io: Server, request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const line = new SocketLine(request, stream, this.services);
    try {
      if (!(await line.admit())) return;
      this.lines.set(request, line);
      io.engine.handleUpgrade(request, stream, head);
      line.watch();
    } catch (error) {
      line.refuse(this.refusal(error));
    }
  }

  private refusal(error: unknown): RealtimeError {
    if (error instanceof RealtimeError) return error;
    this.logger.error('A handshake failed; the client was refused.', error);
    return new RealtimeError('internal', 'Internal server error');
  }
}

/** socket.io on a server that never listens: it is handed the upgrades that were admitted. */
function createSocketIo(path: string, maxBytes: number): Server {
  const io = new IoAdapter(createServer()).createIOServer(0, {
    path,
    serveClient: false,
    transports: ['websocket'],
    maxHttpBufferSize: maxBytes,
  } as Parameters<IoAdapter['createIOServer']>[1]);
  io.of('/').use((_socket, next) => next(new Error(`Connect to the namespace ${SOCKET_NAMESPACE}.`)));
  return io;
}

/** Room for the data of one event, and for a list of as many topics as a connection may have. */
function maxMessageBytes({ payloadBytes, topicsPerConnection }: Limits): number {
  const bytes = payloadBytes + topicsPerConnection * (MAX_TOPIC_BYTES + 3) + SLACK_BYTES;
  return Math.min(bytes, MAX_MESSAGE_BYTES);
}
