import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A wire between browser and demo that can be cut: every byte passes until then, and none after. */
export class CuttableProxy {
  /** The heads of the requests that passed, as they were sent. */
  readonly heads: string[] = [];
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  private constructor(
    private readonly server: Server,
    /** Where the demo is. May change: a demo that was started anew. */
    public target: number,
  ) {
    server.on('connection', (socket) => this.accept(socket));
  }

  static async start(target: number): Promise<CuttableProxy> {
    const server = createServer();
    const proxy = new CuttableProxy(server, target);
    await once(server.listen(0), 'listening');
    return proxy;
  }

  get address(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  /** Breaks all connections, and every new one until `restore()`. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  restore(): void {
    this.isCut = false;
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(client: Socket): void {
    if (this.isCut) {
      client.destroy();
      return;
    }
    const server = connect(this.target, 'localhost');
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      // What breaks on one side breaks on the other: the close below says so.
      socket.on('error', () => {});
      socket.on('close', () => this.sockets.delete(socket));
    }
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    client.on('data', (chunk) => this.note(chunk));
    client.pipe(server).pipe(client);
  }

  private note(chunk: Buffer): void {
    const text = chunk.toString('latin1');
    if (/^[A-Z]+ \/\S* HTTP/.test(text)) this.heads.push(text);
  }
}
