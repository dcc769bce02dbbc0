import { ProtocolError } from 'nestjs-realtime-protocol';
import { expiryOf } from '../../access/credentials.js';
import { handshakeOf } from '../../access/handshake.js';
import { type ExpulsionCode, EXPULSIONS, type Session } from '../../access/session.js';
import { parsePublish, parseRefresh, parseSubscribe, parseTopics } from '../client-messages.js';
import type { Beating } from '../heartbeats.js';
import { queryOf } from '../http-exchange.js';
import { encodePacket } from './socket-encoding.js';
import { socketError } from './socket-error.js';
import { type ClientMessage, SocketInbox } from './socket-inbox.js';
import type { Socket } from './socket-io.js';
import { SocketOutput } from './socket-output.js';
import type { SocketServices } from './socket-services.js';
import { SocketSubscriptions } from './socket-subscriptions.js';

/** One client in the namespace: what it asks and what it is told. Norm: docs/PROTOCOL.md, Socket. */
export class SocketConnection implements Beating {
  private readonly output: SocketOutput;
  private readonly inbox: SocketInbox;
  private readonly subscriptions: SocketSubscriptions;
  private readonly slot: number;
  private told: string | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly session: Session,
    private readonly services: SocketServices,
  ) {
    this.output = new SocketOutput(socket.conn, () => this.drained());
    this.inbox = new SocketInbox(this.output, (message) => this.answer(message));
    this.subscriptions = new SocketSubscriptions(session, services, this.output, (error) => this.fail(error));
    this.slot = services.heartbeats.add(this);
    socket.onAny((...args: unknown[]) => this.receive(args));
    socket.conn.on('data', (data: unknown) => {
      if (typeof data !== 'string') this.fail(new ProtocolError('message-invalid', 'A message is text.'));
    });
    socket.once('disconnect', () => this.close());
  }

  /** Tells a quiet client how far it has read, if that is true of all its topics. */
  beat(): void {
    const cursor = this.output.isFull ? undefined : this.subscriptions.cursor?.toString();
    if (cursor === undefined || cursor === this.told) return;
    this.told = cursor;
    this.output.write(encodePacket('cursor', `"${cursor}"`));
  }

  destroy(): void {
    this.socket.request.socket.destroy();
  }

  /** Ends the connection, which is welcome again in `retryMs`. */
  drain(retryMs: number): void {
    this.end('closing', { retryMs });
  }

  /** Ends the connection of a client whose right to be here has ended. */
  expel(code: ExpulsionCode): void {
    this.end('error', { code, message: EXPULSIONS[code] });
  }

  private fail(error: unknown): void {
    this.end('error', socketError(error, this.services.logger));
  }

  private end(name: string, body: unknown): void {
    if (!this.socket.connected) return;
    this.output.send(name, body);
    this.socket.disconnect(true);
  }

  /** A packet may have no name, and still want an acknowledgement. */
  private receive(args: unknown[]): void {
    if (!this.socket.connected) return;
    const ack = typeof args.at(-1) === 'function' ? (args.pop() as ClientMessage['ack']) : undefined;
    const [name, body] = args;
    this.inbox.push({ name, body, ack });
  }

  private async answer({ name, body, ack }: ClientMessage): Promise<void> {
    try {
      if (name === 'subscribe') {
        return await this.subscriptions.subscribe(parseSubscribe(body), (answer) => ack?.(answer));
      }
      const answer = await this.run(name, body);
      ack?.({ ok: true, ...answer });
    } catch (error) {
      const failure = socketError(error, this.services.logger);
      if (ack) ack({ ok: false, error: failure });
      else this.output.send('error', failure);
    }
  }

  private async run(name: unknown, body: unknown): Promise<object> {
    switch (name) {
      case 'unsubscribe':
        await this.subscriptions.unsubscribe(parseTopics(body));
        return {};
      case 'publish': {
        const { id } = await this.services.publisher.publish(this.session.principal, parsePublish(body));
        return { id };
      }
      case 'refresh':
        return this.refresh(parseRefresh(body).token);
      default:
        throw new ProtocolError(
          'message-invalid',
          `There is no message ${String(JSON.stringify(name)).slice(0, 64)}.`,
        );
    }
  }

  private async refresh(token: string): Promise<{ expiresAt?: string }> {
    const { request } = this.socket;
    await this.services.sessions.refresh(
      this.session,
      handshakeOf(request, 'socket', queryOf(request), token),
    );
    const expiresAt = expiryOf(this.session.principal);
    return expiresAt === undefined ? {} : { expiresAt };
  }

  private drained(): void {
    this.subscriptions.resume();
    void this.inbox.run();
  }

  private close(): void {
    this.services.heartbeats.remove(this, this.slot);
    this.subscriptions.close();
    this.inbox.close();
  }
}
