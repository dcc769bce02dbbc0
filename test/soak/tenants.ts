import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { machineMs, type Stamp } from './sending-assignment.js';

/** The receivers of all endpoints, on every address of this machine. The first may be dead: it does not answer. */
export class Tenants implements Disposable {
  isFirstDead = false;
  /** When something arrived at the first while it was alive, in milliseconds of the machine's clock. */
  arrivals: number[] = [];
  /** Called each time with how long that had been on its way, in milliseconds, and so for the others. */
  onFirst: (delayMs: number) => void = () => {};
  onOthers: (delayMs: number) => void = () => {};

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<Tenants> {
    const server = createServer();
    const tenants = new Tenants(server);
    server.on('request', (request, response) => void tenants.receive(request, response));
    await once(server.listen(0, '0.0.0.0'), 'listening');
    return tenants;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  [Symbol.dispose](): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const now = machineMs();
    const { data } = (await json(request)) as { data: Stamp };
    if (data.to === 0 && this.isFirstDead) return;
    response.end();
    if (data.to === 0) this.arrivals.push(now);
    (data.to === 0 ? this.onFirst : this.onOthers)(now - data.at);
  }
}
