import { connect } from 'node:net';
import { type ClientProvider, Transport } from '@nestjs/microservices';
import { find, KCAT } from '../support/ensure-system.js';
import { Broker, type Received } from './broker.js';
import { Daemon } from './daemon.js';
import { Wire } from './wire.js';

/** A line of `kcat -J`. */
interface Line {
  readonly key: string;
  readonly headers: readonly string[];
  readonly payload: string;
}

/** Kafka's protocol, spoken by librdkafka's mock cluster, which keeps everything in memory. */
export class KafkaBroker extends Broker {
  readonly isDurable = false;
  /** The keys and headers of what was received. */
  readonly records: Pick<Line, 'key' | 'headers'>[] = [];
  private processes: Daemon[] = [];

  static async create(): Promise<KafkaBroker> {
    return new KafkaBroker(await Wire.create());
  }

  get client(): ClientProvider {
    const { port } = this.wire;
    return {
      transport: Transport.KAFKA,
      options: {
        producerOnlyMode: true,
        client: {
          brokers: [`127.0.0.1:${port}`],
          retry: { retries: 1 },
          // Clusters name their own addresses, which the wire is not one of.
          socketFactory: ({ onConnect }) => connect({ port, host: '127.0.0.1', noDelay: true }, onConnect),
        },
      },
    };
  }

  protected async launch(): Promise<number> {
    const kcat = find(KCAT)!;
    const cluster = '-P -t warm -X test.mock.num.brokers=1 -b none -d mock'.split(' ');
    const broker = Daemon.start(kcat, cluster);
    this.processes = [broker];
    const [, port] = await broker.says(/bootstrap\.servers=127\.0\.0\.1:(\d+)/);
    const words = `-C -b 127.0.0.1:${port} -t orders -o beginning -u -J -q`.split(' ');
    this.processes.push(Daemon.start(kcat, words, {}, (line) => this.receive(line)));
    return Number(port);
  }

  protected async end(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.kill()));
  }

  private receive(line: string): void {
    if (!line.startsWith('{')) return;
    const { key, headers, payload } = JSON.parse(line) as Line;
    this.records.push({ key, headers });
    this.received.push(JSON.parse(payload) as Received);
  }
}
