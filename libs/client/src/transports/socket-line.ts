import {
  type PublishAck,
  type PublishMessage,
  type RefreshAck,
  type ServerMessages,
  type SocketError,
  type SubscribeAck,
  type UnsubscribeAck,
} from 'nestjs-realtime-protocol';
import type { Socket } from 'socket.io-client';
import { RealtimeClientError } from '../client.error.js';
import type { Credentials } from '../credentials.js';
import type { Joined, Line, LineListener, OpenLine, States } from './line.js';
import { openSocket, type SocketAddress } from './open-socket.js';

type Body<Name extends keyof ServerMessages> = Parameters<ServerMessages[Name]>[0];
type Ack = SubscribeAck | UnsubscribeAck | PublishAck | RefreshAck;
type Given<A extends Ack> = Extract<A, { readonly ok: true }>;

const ACK_MS = 15_000;

/** Lines by the socket gateway. Norm: docs/PROTOCOL.md, Socket. */
export function socketLines(address: SocketAddress, credentials: Credentials): OpenLine {
  return (listener) => new SocketLine(address, credentials, listener);
}

/** What is followed is one subscription: when it changes, all of it is subscribed to anew, from one cursor. */
class SocketLine implements Line {
  private readonly socket: Promise<Socket>;
  private topics: readonly string[] = [];
  /** The subscription that was asked for last. What comes before it is acknowledged comes again after that. */
  private subscription = {};
  private hearing = false;
  /** History was lost, and the snapshot that follows has the cursor. */
  private lost: Body<'reset'> | undefined;
  private joining: ((snapshot: Body<'snapshot'>) => void) | undefined;
  private retryMs: number | undefined;
  private error: RealtimeClientError | undefined;
  private over = false;

  constructor(
    address: SocketAddress,
    private readonly credentials: Credentials,
    private readonly listener: LineListener,
  ) {
    this.socket = openSocket(address, credentials, (socket) => this.listen(socket));
    this.socket.catch((error: unknown) => this.finish(RealtimeClientError.from(error)));
  }

  follow(topics: readonly string[], since: string | undefined): void {
    const gone = this.topics.filter((topic) => !topics.includes(topic));
    const subscription = this.expect();
    this.topics = topics;
    this.send((socket) => {
      if (gone.length > 0) socket.emit('unsubscribe', { topics: gone });
      ask<SubscribeAck>(
        socket,
        'subscribe',
        { topics, since },
        (ack) => {
          if (subscription === this.subscription) this.acknowledge(ack, since);
        },
        (error) => {
          if (!error.isRefusal) this.finish(error);
          else if (subscription === this.subscription && !this.over) this.listener.refused(error);
        },
      );
    });
  }

  async join(topics: readonly string[]): Promise<Joined> {
    this.expect();
    const socket = await this.socket;
    return new Promise((resolve, reject) => {
      ask<SubscribeAck>(
        socket,
        'subscribe',
        { topics },
        ({ cursor, snapshot }) => {
          if (!snapshot) return resolve({ cursor });
          this.joining = (message) => resolve(message);
        },
        reject,
      );
    });
  }

  async publish(message: PublishMessage): Promise<string> {
    const socket = await this.socket;
    return new Promise((resolve, reject) => {
      ask<PublishAck>(socket, 'publish', message, ({ id }) => resolve(id), reject);
    });
  }

  async renew(): Promise<void> {
    this.credentials.expire();
    const [socket, token] = await Promise.all([this.socket, this.credentials.token()]);
    return new Promise((resolve, reject) => {
      ask<RefreshAck>(socket, 'refresh', { token }, () => resolve(), reject);
    });
  }

  close(): void {
    this.over = true;
    this.socket.then(
      (socket) => socket.disconnect(),
      () => undefined,
    );
  }

  private listen(socket: Socket): void {
    const heard = <Name extends keyof ServerMessages>(name: Name, hear: (body: Body<Name>) => void) => {
      socket.on(name as string, (body: Body<Name>) => {
        if (!this.over) hear(body);
      });
    };
    heard('events', (events) => this.hearing && !this.lost && this.listener.events(events));
    heard('cursor', (cursor) => this.hearing && !this.lost && this.listener.moved(cursor));
    heard('snapshot', (snapshot) => this.snapshot(snapshot));
    heard('reset', (reset) => this.hearing && this.reset(reset));
    heard('closing', ({ retryMs }) => (this.retryMs = retryMs));
    heard('error', (error) => (this.error = errorOf(error)));
    socket.on('disconnect', (reason: string) =>
      this.finish(this.error ?? new RealtimeClientError('network', reason)),
    );
  }

  private expect(): object {
    this.hearing = false;
    this.lost = undefined;
    return (this.subscription = {});
  }

  private send(action: (socket: Socket) => void): void {
    // A socket that cannot be opened ends the line.
    this.socket.then(
      (socket) => !this.over && action(socket),
      () => undefined,
    );
  }

  private acknowledge({ cursor, recovered, snapshot }: Given<SubscribeAck>, since: string | undefined): void {
    if (this.over) return;
    this.hearing = true;
    this.listener.opened();
    const counts = recovered || (since === undefined && !snapshot);
    if (counts) this.listener.moved(cursor);
    if (counts) this.listener.live();
  }

  private reset(reset: Body<'reset'>): void {
    if (reset.snapshot) this.lost = reset;
    else this.goOn(reset);
  }

  private snapshot(message: Body<'snapshot'>): void {
    const { joining } = this;
    this.joining = undefined;
    if (joining) return joining(message);
    if (!this.hearing) return;
    if (this.lost) this.goOn({ ...this.lost, cursor: message.cursor });
    this.lost = undefined;
    this.listener.snapshot(message.cursor, message.states as States);
    this.listener.live();
  }

  private goOn({ reason, cursor }: Body<'reset'>): void {
    this.listener.reset(reason, cursor);
    this.listener.live();
  }

  private finish(error: RealtimeClientError): void {
    if (this.over) return;
    if (error.wantsCredentials) this.credentials.expire();
    this.close();
    this.listener.ended(this.retryMs === undefined ? { error } : { retryMs: this.retryMs });
  }
}

/** The acknowledgement is looked at before anything that comes after it. */
function ask<A extends Ack>(
  socket: Socket,
  name: string,
  message: unknown,
  given: (ack: Given<A>) => void,
  failed: (error: RealtimeClientError) => void,
): void {
  socket.timeout(ACK_MS).emit(name, message, (late: Error | null, ack: A) => {
    if (late) failed(new RealtimeClientError('timeout', `The server did not answer to "${name}".`));
    else if (!ack.ok) failed(errorOf(ack.error));
    else given(ack as Given<A>);
  });
}

function errorOf({ code, message, retryAfterMs }: SocketError): RealtimeClientError {
  return new RealtimeClientError(code, message, undefined, retryAfterMs);
}
