import { io } from 'socket.io-client';
import type { ServerMessages, SocketError, SubscribeAck } from 'nestjs-realtime-protocol';
import { Inbox } from '../inbox.js';
import type { Listener, TransportReader } from './transport-reader.js';

type Body<Name extends keyof ServerMessages> = Parameters<ServerMessages[Name]>[0];

interface Message {
  readonly name: string;
  readonly body?: unknown;
}

const END: Message = { name: 'end' };

/** The socket gateway, by socket.io's own client. */
export class SocketReader implements TransportReader {
  readonly name = 'socket';

  constructor(private readonly topics: readonly string[]) {}

  async read(url: string, since: string | undefined, listener: Listener, signal: AbortSignal): Promise<void> {
    const socket = io(`${url}/realtime`, {
      path: '/realtime/socket.io',
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    const messages = new Inbox<Message>();
    const end = () => messages.push(END);
    socket.onAny((name: string, body: unknown) => messages.push({ name, body }));
    socket.once('disconnect', end).once('connect_error', end);
    // A line that is cut before the handshake is over is noticed by socket.io's client only when that takes too long.
    socket.io.engine.once('close', end);
    signal.addEventListener('abort', end);
    socket.once('connect', () =>
      socket.emit('subscribe', { topics: this.topics, since }, (body: unknown) =>
        messages.push({ name: 'acknowledged', body }),
      ),
    );
    const hearing = new Hearing(listener, since);
    try {
      // A connection on which something failed may live on, without a subscription.
      while (!hearing.failed) {
        const next = await messages.next();
        if (next === END) return;
        hearing.hear(next);
      }
    } finally {
      signal.removeEventListener('abort', end);
      socket.close();
    }
  }
}

/** What one connection says. */
class Hearing {
  failed = false;
  private acknowledged = false;
  /** Why history was lost, until the snapshot that follows. */
  private lost: string | undefined;

  constructor(
    private readonly listener: Listener,
    private readonly since: string | undefined,
  ) {}

  hear({ name, body }: Message): void {
    switch (name) {
      case 'acknowledged':
        return this.acknowledge(body as SubscribeAck);
      case 'events':
        return this.events(body as Body<'events'>);
      case 'cursor':
        return this.listener.moved(body as Body<'cursor'>);
      case 'reset':
        return this.reset(body as Body<'reset'>);
      case 'snapshot':
        return this.snapshot(body as Body<'snapshot'>);
      case 'error':
        return this.fail(body as SocketError);
      case 'closing':
        return undefined;
      default:
        throw new Error(`${name}: ${JSON.stringify(body)}`);
    }
  }

  private acknowledge(ack: SubscribeAck): void {
    if (!ack.ok) return this.fail(ack.error);
    this.acknowledged = true;
    // Without `recovered` a reset follows, and with it the cursor to go on from.
    const counts = ack.recovered || (this.since === undefined && !ack.snapshot);
    if (counts) this.listener.moved(ack.cursor);
  }

  private fail({ code, message }: SocketError): void {
    if (code !== 'internal') throw new Error(`${code}: ${message}`);
    this.failed = true;
    this.listener.failed();
  }

  private events(events: Body<'events'>): void {
    if (!this.acknowledged || this.lost) throw new Error(`events too early, after ${this.lost}`);
    for (const event of events) this.listener.event(event);
  }

  private reset({ reason, cursor, snapshot }: Body<'reset'>): void {
    if (snapshot) this.lost = reason;
    else this.listener.reset(reason, cursor);
  }

  private snapshot({ cursor, states }: Body<'snapshot'>): void {
    if (this.lost) this.listener.reset(this.lost, cursor);
    this.lost = undefined;
    this.listener.snapshot?.(states);
    this.listener.moved(cursor);
  }
}
