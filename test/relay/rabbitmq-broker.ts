import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClientProvider, Transport } from '@nestjs/microservices';
import { type ChannelModel, connect } from 'amqplib';
import { find, RABBITMQ } from '../support/ensure-system.js';
import { Broker, type Received } from './broker.js';
import { Daemon } from './daemon.js';
import { freePort, Wire } from './wire.js';

/** A RabbitMQ node with its own folder and its own name server. */
export class RabbitMqBroker extends Broker {
  readonly isDurable = true;
  // It takes seconds to start: five failures in a row meanwhile would cost five more.
  override readonly relay = { retries: Array.from({ length: 100 }, () => 2_000) };
  /** The `messageId` of what was received. */
  readonly ids: unknown[] = [];
  private names: Daemon | undefined;
  private node: Daemon | undefined;
  private receiver: ChannelModel | undefined;

  private constructor(
    wire: Wire,
    private readonly folder: string,
    private readonly ports: readonly number[],
  ) {
    super(wire);
  }

  static async create(): Promise<RabbitMqBroker> {
    const folder = await mkdtemp(join(tmpdir(), 'realtime-rabbitmq-'));
    return new RabbitMqBroker(await Wire.create(), folder, [
      await freePort(),
      await freePort(),
      await freePort(),
    ]);
  }

  get client(): ClientProvider {
    return {
      transport: Transport.RMQ,
      options: {
        urls: [`amqp://127.0.0.1:${this.wire.port}`],
        queue: 'orders',
        socketOptions: { reconnectTimeInSeconds: 1 },
      },
    };
  }

  override async stopReceiving(): Promise<void> {
    await this.receiver?.close();
  }

  protected async launch(): Promise<number> {
    const port = this.ports[0]!;
    this.names ??= Daemon.start('epmd', [], this.environment);
    this.node = Daemon.start(find(RABBITMQ)!, ['-noinput'], this.environment);
    await this.node.says(/started TCP listener on/);
    this.receiver = await connect(`amqp://127.0.0.1:${port}`);
    this.receiver.on('error', () => {
      // It is killed at times.
    });
    const channel = await this.receiver.createChannel();
    await channel.assertQueue('orders');
    await channel.consume('orders', (delivery) => {
      if (!delivery) return;
      this.ids.push(delivery.properties.messageId);
      this.received.push((JSON.parse(delivery.content.toString()) as { readonly data: Received }).data);
      channel.ack(delivery);
    });
    return port;
  }

  protected async end(): Promise<void> {
    await this.node?.kill();
  }

  protected override async dispose(): Promise<void> {
    await this.names?.kill();
    await rm(this.folder, { recursive: true });
  }

  private get environment(): Record<string, string> {
    const [port, distribution, names] = this.ports.map(String) as [string, string, string];
    return {
      HOME: this.folder,
      ERL_EPMD_PORT: names,
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_NODENAME: 'relay@localhost',
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: port,
      RABBITMQ_DIST_PORT: distribution,
      RABBITMQ_MNESIA_BASE: join(this.folder, 'data'),
      RABBITMQ_LOG_BASE: join(this.folder, 'log'),
      RABBITMQ_LOGS: '-',
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_CONFIG_FILE: join(this.folder, 'none'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(this.folder, 'none'),
      RABBITMQ_ALLOW_INPUT: '1',
      // Its schedulers spin when there is nothing to do, and others need the processor.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
    };
  }
}
