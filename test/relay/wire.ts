import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** The wire to a broker, whose answers can be held up, and which can be cut. Its port stays the same. */
export class Wire implements AsyncDisposable {
  private readonly sockets = new Set<Socket>();
  private readonly answers = new Set<Socket>();
  private server: Server | undefined;
  private target = 0;
  private held = false;

  private constructor(readonly port: number) {}

  /** A wire that is cut still. */
  static async create(): Promise<Wire> {
    return new Wire(await freePort());
  }

  /** Connects to `port`, until it is cut. Connections are refused before and after. */
  async join(port: number): Promise<void> {
    this.target = port;
    this.server = createServer((client) => this.accept(client));
    await once(this.server.listen(this.port, '127.0.0.1'), 'listening');
  }

  async cut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = once(server.close(), 'close');
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Cuts what is connected. It can be connected anew at once. */
  break(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** What the broker answers waits, until `release`. */
  hold(): void {
    this.held = true;
    for (const answer of this.answers) answer.pause();
  }

  release(): void {
    this.held = false;
    for (const answer of this.answers) answer.resume();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.cut();
  }

  private accept(client: Socket): void {
    const broker = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    this.answers.add(broker);
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('data', (bytes) => other.write(bytes));
      // What breaks on one side breaks on the other: the close below says so.
      socket.on('error', () => {});
      socket.on('close', () => {
        this.sockets.delete(socket);
        this.answers.delete(socket);
        other.destroy();
      });
    }
    if (this.held) broker.pause();
  }
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
