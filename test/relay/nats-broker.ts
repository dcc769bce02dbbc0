import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { type ClientProvider, NatsRecordBuilder, Transport } from '@nestjs/microservices';
import type { RelayOptions } from 'nestjs-realtime/relay';
import { find, NATS } from '../support/ensure-system.js';
import { Broker, type Received } from './broker.js';
import { Daemon } from './daemon.js';
import { Wire } from './wire.js';

const STREAM = {
  name: 'KITCHEN',
  subjects: ['orders'],
  storage: 'file',
  discard: 'new',
  duplicate_window: 120_000_000_000,
};

/** A NATS server: it passes on to who listens and keeps nothing. */
export class NatsBroker extends Broker {
  readonly isDurable: boolean = false;
  private process: Daemon | undefined;
  protected connection: NatsConnection | undefined;

  protected constructor(
    wire: Wire,
    private readonly folder: string,
  ) {
    super(wire);
  }

  static async create(): Promise<NatsBroker> {
    return new NatsBroker(await Wire.create(), await natsFolder());
  }

  get client(): ClientProvider {
    return {
      transport: Transport.NATS,
      options: { servers: `127.0.0.1:${this.wire.port}`, reconnectTimeWait: 100, maxReconnectAttempts: -1 },
    };
  }

  protected async launch(): Promise<number> {
    this.process = Daemon.start(find(NATS)!, ['-a', '127.0.0.1', '-p', '-1', '-js', '-sd', this.folder]);
    const [, port] = await this.process.says(/Listening for client connections on 127\.0\.0\.1:(\d+)/);
    await this.process.says(/Server is ready/);
    this.connection = await connect({ servers: `127.0.0.1:${port}`, reconnect: false });
    await this.receive(this.connection);
    await this.connection.flush();
    return Number(port);
  }

  protected async end(): Promise<void> {
    await this.process?.kill();
    await this.connection?.closed();
  }

  protected override dispose(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }

  protected async receive(connection: NatsConnection): Promise<void> {
    connection.subscribe('orders', {
      callback: (_error, { data }) => this.push(data),
    });
  }

  protected push(data: Uint8Array): void {
    const packet = JSON.parse(Buffer.from(data).toString()) as { readonly data: Received };
    this.received.push(packet.data);
  }
}

/** A NATS server whose stream keeps what is published on disk, and answers when it has. */
export class JetStreamBroker extends NatsBroker {
  override readonly isDurable = true;
  override readonly relay: Partial<RelayOptions> = {
    ack: 'receiver',
    // An answer that went down with its connection is waited for.
    timeoutMs: 1_000,
    payload: (event) => {
      const ids = headers();
      ids.set('Nats-Msg-Id', event.id);
      return new NatsRecordBuilder(event).setHeaders(ids).build();
    },
  };
  /** The last of the stream that was received. */
  private last = 0;

  static override async create(): Promise<JetStreamBroker> {
    return new JetStreamBroker(await Wire.create(), await natsFolder());
  }

  override async stopReceiving(): Promise<void> {
    await this.connection!.close();
  }

  /** Has the stream refuse what is beyond so many; -1 is no limit. */
  async limit(count: number): Promise<void> {
    await ask(this.connection!, `STREAM.UPDATE.${STREAM.name}`, { ...STREAM, max_msgs: count });
  }

  protected override async receive(connection: NatsConnection): Promise<void> {
    connection.subscribe('received', {
      callback: (_error, { data, reply }) => {
        const place = Number(reply!.split('.')[5]);
        // A server that was started again goes on with the consumers it had.
        if (place <= this.last) return;
        this.last = place;
        this.push(data);
      },
    });
    await ask(connection, `STREAM.CREATE.${STREAM.name}`, STREAM);
    const place = { deliver_policy: 'by_start_sequence', opt_start_seq: this.last + 1 };
    await ask(connection, `CONSUMER.CREATE.${STREAM.name}`, {
      stream_name: STREAM.name,
      config: { deliver_subject: 'received', ack_policy: 'none', ...place },
    });
  }
}

function natsFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'realtime-nats-'));
}

async function ask(connection: NatsConnection, what: string, body: unknown): Promise<void> {
  const answer = await connection.request(`$JS.API.${what}`, JSON.stringify(body));
  const { error } = answer.json<{ readonly error?: { readonly description: string } }>();
  if (error) throw new Error(error.description);
}
