import { type ClientProvider, Transport } from '@nestjs/microservices';
import { connectAsync, type MqttClient } from 'mqtt';
import { find, MOSQUITTO } from '../support/ensure-system.js';
import { Broker, type Received } from './broker.js';
import { Daemon } from './daemon.js';
import { freePort, Wire } from './wire.js';

/** An MQTT broker: it passes on to who is subscribed. */
export class MqttBroker extends Broker {
  readonly isDurable = false;
  private process: Daemon | undefined;
  private receiver: MqttClient | undefined;

  static async create(): Promise<MqttBroker> {
    return new MqttBroker(await Wire.create());
  }

  get client(): ClientProvider {
    const url = `mqtt://127.0.0.1:${this.wire.port}`;
    return { transport: Transport.MQTT, options: { url, reconnectPeriod: 100 } };
  }

  protected async launch(): Promise<number> {
    const port = await freePort();
    this.process = Daemon.start(find(MOSQUITTO)!, ['-v', '-p', String(port)]);
    await this.process.says(/version .* running/);
    this.receiver = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
    this.receiver.on('message', (_topic, payload) => this.receive(payload));
    await this.receiver.subscribeAsync('orders', { qos: 1 });
    return port;
  }

  protected async end(): Promise<void> {
    this.receiver?.end(true);
    await this.process?.kill();
  }

  private receive(payload: Buffer): void {
    const packet = JSON.parse(payload.toString()) as { readonly data: Received };
    this.received.push(packet.data);
  }
}
