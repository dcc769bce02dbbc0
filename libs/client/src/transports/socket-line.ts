import type {
  PublishAck,
  PublishMessage,
  RefreshAck,
  ServerMessages,
  SubscribeAck,
} from 'nestjs-realtime-protocol';
import type { Socket } from 'socket.io-client';
import { RealtimeClientError } from '../client.error.js';
import type { Credentials } from '../credentials.js';
import { type Timing, Watchdog } from '../timing.js';
import type { Joined, Line, LineListener, OpenLine, States } from './line.js';
import { openSocket, type SocketAddress } from './open-socket.js';
import { askSocket, errorOf, type Given, type SocketRequest } from './socket-requests.js';

type Body<Name extends keyof ServerMessages> = Parameters<ServerMessages[Name]>[0];

type Patience = Pick<Timing, 'answerMs' | 'silenceMs'>;

/** Lines by the socket gateway. Norm: docs/PROTOCOL.md, Socket. */
export function socketLines(address: SocketAddress, credentials: Credentials, patience: Patience): OpenLine {
  return (listener) => new SocketLine(address, credentials, patience, listener);
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
  /** Who waits for the snapshot of a `join`. */
  private joining: { resolve(joined: Joined): void; reject(error: Error): void } | undefined;
  private retryMs: number | undefined;
  private error: RealtimeClientError | undefined;
  private readonly end = new AbortController();
  private watchdog: Watchdog | undefined;

  constructor(
    address: SocketAddress,
    private readonly credentials: Credentials,
    private readonly patience: Patience,
    private readonly listener: LineListener,
  ) {
    const { answerMs } = patience;
    const prepare = (socket: Socket) => this.listen(socket);
    this.socket = openSocket({ address, credentials, answerMs, signal: this.end.signal, prepare });
    this.socket.catch((error: unknown) => this.finish(RealtimeClientError.from(error)));
  }

  private get over(): boolean {
    return this.end.signal.aborted;
  }

  follow(topics: readonly string[], since: string | undefined): void {
    const gone = this.topics.filter((topic) => !topics.includes(topic));
    const subscription = this.expect();
    this.topics = topics;
    this.send((socket) => {
      if (gone.length > 0) socket.emit('unsubscribe', { topics: gone });
      this.ask<SubscribeAck>(socket, {
        name: 'subscribe',
        message: { topics, since },
        given: (ack) => {
          if (subscription === this.subscription) this.acknowledge(ack, since);
        },
        failed: (error) => {
          if (!error.isRefusal) this.finish(error);
          else if (subscription === this.subscription && !this.over) this.listener.refused(error);
        },
      });
    });
  }

  async join(topics: readonly string[]): Promise<Joined> {
    this.expect();
    const socket = await this.socket;
    return new Promise((resolve, reject) => {
      this.ask<SubscribeAck>(socket, {
        name: 'subscribe',
        message: { topics },
        given: ({ cursor, snapshot }) => {
          if (!snapshot) return resolve({ cursor });
          this.joining?.reject(gone());
          this.joining = { resolve, reject };
        },
        failed: reject,
      });
    });
  }

  async publish(message: PublishMessage): Promise<string> {
    const socket = await this.socket;
    return new Promise((resolve, reject) => {
      this.ask<PublishAck>(socket, {
        name: 'publish',
        message,
        given: ({ id }) => resolve(id),
        failed: reject,
      });
    });
  }

  async renew(): Promise<void> {
    this.credentials.expire();
    const [socket, token] = await Promise.all([this.socket, this.credentials.token()]);
    return new Promise((resolve, reject) => {
      this.ask<RefreshAck>(socket, {
        name: 'refresh',
        message: { token },
        given: () => resolve(),
        failed: reject,
      });
    });
  }

  close(): void {
    this.watchdog?.stop();
    this.end.abort();
    this.joining?.reject(gone());
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
    const silent = () =>
      this.finish(new RealtimeClientError('timeout', 'The socket was silent for too long.'));
    const watchdog = (this.watchdog = new Watchdog(this.patience.silenceMs, silent));
    socket.io.engine.on('packet', () => watchdog.feed());
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
    if (joining) return joining.resolve(message);
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

  private ask<A extends SubscribeAck | PublishAck | RefreshAck>(
    socket: Socket,
    request: SocketRequest<A>,
  ): void {
    askSocket(socket, this.patience.answerMs, request);
  }
}

function gone(): RealtimeClientError {
  return new RealtimeClientError('closed', 'The line was closed.');
}
