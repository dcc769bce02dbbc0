import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handshakeOf, isOriginAllowed } from '../../access/handshake.js';
import type { ExpulsionCode, Session } from '../../access/session.js';
import { RealtimeError } from '../../realtime.errors.js';
import type { Deadline } from '../../timing/timer-wheel.js';
import type { Connection } from '../connections.js';
import { queryOf } from '../http-exchange.js';
import { SocketConnection } from './socket-connection.js';
import type { Socket } from './socket-io.js';
import type { SocketServices } from './socket-services.js';
import { assertHandshake, refuseUpgrade } from './upgrade-answer.js';

/** How long a client has, once it may, to join the namespace. */
const JOIN_MS = 10_000;
/** How long a client has to hang up that was told to. */
const LEAVE_MS = 5_000;
/** How much a client may say that reads nothing: pings, for one, are answered by the WebSocket itself. */
const MAX_DEAF_BYTES = 1024 * 1024;

/**
 * The line to one client, from its request for an upgrade to the end of its TCP connection, and counted all the
 * while: it is asked who it is, then admitted, then it joins the namespace.
 */
export class SocketLine implements Connection, Deadline {
  private session: Session | undefined;
  private connection: SocketConnection | undefined;
  /** What the client has said since it reads nothing. */
  private deafBytes = 0;

  constructor(
    private readonly request: IncomingMessage,
    private readonly stream: Duplex,
    private readonly services: SocketServices,
  ) {
    stream.on('error', () => stream.destroy());
  }

  /**
   * Decides whether the client may have a socket.
   * @returns false when it has left meanwhile, or was answered
   * @throws RealtimeError that it is to be answered with
   */
  async admit(): Promise<boolean> {
    const { request, services } = this;
    services.connections.add(this);
    this.stream.once('close', () => this.ended());
    assertHandshake(request);
    if (!isOriginAllowed(request, services.origins)) {
      throw new RealtimeError('origin-refused', `The origin ${request.headers.origin} may not connect.`);
    }
    const handshake = handshakeOf(request, 'socket', queryOf(request));
    const session = await services.sessions.enter(handshake, (code) => this.expel(code));
    if (this.isOver) {
      session.close();
      return false;
    }
    this.session = session;
    services.deadlines.set(this, JOIN_MS);
    return true;
  }

  /** Answers a client that may not have a socket. */
  refuse(error: RealtimeError): void {
    if (!this.isOver) refuseUpgrade(this.stream, error);
  }

  /** Cuts off a client that makes answers pile up by not reading them. */
  watch(): void {
    this.stream.on('data', (bytes: Buffer) => {
      this.deafBytes = this.stream.writableNeedDrain ? this.deafBytes + bytes.length : 0;
      if (this.deafBytes > MAX_DEAF_BYTES) this.destroy();
    });
  }

  /** The client joins the namespace, as it may once. */
  join(socket: Socket): void {
    if (!this.session || this.connection) return void socket.disconnect(true);
    this.services.deadlines.clear(this);
    this.connection = new SocketConnection(socket, this.session, this.services);
    socket.once('disconnect', () => this.leave(socket));
  }

  drain(retryMs: number): void {
    if (this.connection) return this.connection.drain(retryMs);
    if (this.session) return this.destroy();
    this.refuse(new RealtimeError('shutting-down', 'The server is shutting down.', retryMs));
  }

  destroy(): void {
    this.stream.destroy();
  }

  due(): void {
    this.destroy();
  }

  private get isOver(): boolean {
    return this.stream.destroyed || this.stream.writableEnded;
  }

  private expel(code: ExpulsionCode): void {
    if (this.connection) this.connection.expel(code);
    else this.destroy();
  }

  /** Nothing goes on without the namespace. */
  private leave(socket: Socket): void {
    socket.conn.close();
    if (!this.stream.destroyed) this.services.deadlines.set(this, LEAVE_MS);
  }

  private ended(): void {
    this.services.deadlines.clear(this);
    this.services.connections.remove(this);
    this.session?.close();
  }
}
