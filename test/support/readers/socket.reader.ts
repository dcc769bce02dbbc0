import { io } from 'socket.io-client';
import type { ServerMessages, SubscribeAck } from 'nestjs-realtime-protocol';
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
    try {
      let acknowledged = false;
      for (let next = await messages.next(); next !== END; next = await messages.next()) {
        acknowledged ||= next.name === 'acknowledged';
        if (next.name === 'events' && !acknowledged) throw new Error('events before the acknowledgement');
        hear(next, since, listener);
      }
    } finally {
      signal.removeEventListener('abort', end);
      socket.close();
    }
  }
}

function hearAck(ack: SubscribeAck, since: string | undefined, listener: Listener): void {
  if (!ack.ok) throw new Error(`not subscribed: ${JSON.stringify(ack.error)}`);
  // Without `recovered` a reset follows, and with it the cursor to go on from.
  if (ack.recovered || since === undefined) listener.moved(ack.cursor);
}

function hear({ name, body }: Message, since: string | undefined, listener: Listener): void {
  switch (name) {
    case 'acknowledged':
      return hearAck(body as SubscribeAck, since, listener);
    case 'events':
      return (body as Body<'events'>).forEach((event) => listener.event(event));
    case 'cursor':
      return listener.moved(body as Body<'cursor'>);
    case 'reset': {
      const { reason, cursor } = body as Body<'reset'>;
      return listener.reset(reason, cursor);
    }
    case 'error':
      throw new Error(`error: ${JSON.stringify(body)}`);
    default:
    // `closing`: the end follows.
  }
}
