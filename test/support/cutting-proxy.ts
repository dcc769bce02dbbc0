import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { SeededRandom } from './seeded-random.js';
import { turns } from './turns.js';

/** What becomes of one connection. */
export interface Fate {
  /** How many bytes the client gets before the connection is cut. */
  readonly down: number;
  /** How many bytes the server gets before the connection is cut. */
  readonly up: number;
  /** Whether it is cut with a RST, which may take bytes back that were on their way, or with a FIN. */
  readonly reset: boolean;
  /** Into what pieces the bytes are torn, and how many turns each waits. Undefined: as they come. */
  readonly tear?: SeededRandom;
}

/** Nothing happens to it. */
export const SPARED: Fate = Object.freeze({ down: Infinity, up: Infinity, reset: false });

/** Cuts connections at random bytes, `most` at the latest: in a header, in a frame, in a character. */
export function randomFate(random: SeededRandom, most: number): Fate {
  return {
    down: random.magnitude(1, most),
    up: random.chance(0.1) ? random.magnitude(1, 600) : Infinity,
    reset: random.chance(0.5),
    tear: random.fork(),
  };
}

/** A TCP proxy in front of a server on this machine that cuts its connections. */
export class CuttingProxy implements AsyncDisposable {
  /** How often a connection was cut. */
  cuts = 0;
  /** Whether new connections meet a fate; else they are spared. */
  cutting = true;

  private readonly server: Server;
  private readonly open = new Set<Socket>();

  private constructor(
    private readonly port: () => number,
    private readonly fate: () => Fate,
  ) {
    this.server = createServer((client) => void this.relay(client));
  }

  static async start(port: () => number, fate: () => Fate): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(port, fate);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async relay(client: Socket): Promise<void> {
    const { down, up, reset, tear } = this.cutting ? this.fate() : SPARED;
    const server = connect({ port: this.port(), host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    this.open.add(client).add(server);
    const ways = [
      pipeline(client, (bytes: AsyncIterable<Buffer>) => this.let(bytes, up, tear), server),
      pipeline(server, (bytes: AsyncIterable<Buffer>) => this.let(bytes, down, tear), client),
    ];
    // Whatever ends first, and however, ends the connection.
    await Promise.race(ways).catch(() => undefined);
    for (const socket of [client, server]) {
      if (reset) socket.resetAndDestroy();
      else socket.destroySoon();
    }
    await Promise.allSettled(ways);
    this.open.delete(client);
    this.open.delete(server);
  }

  /** Lets the first `count` bytes through. */
  private async *let(
    bytes: AsyncIterable<Buffer>,
    count: number,
    tear?: SeededRandom,
  ): AsyncGenerator<Buffer> {
    let left = count;
    for await (const chunk of bytes) {
      for (let start = 0, end = 0; start < chunk.length; start = end) {
        end = Math.min(start + (tear?.magnitude(1, 20_000) ?? chunk.length), start + left, chunk.length);
        left -= end - start;
        yield chunk.subarray(start, end);
        if (left === 0) {
          this.cuts++;
          return;
        }
        if (tear) await turns(tear.integer(0, 3));
      }
    }
  }
}
