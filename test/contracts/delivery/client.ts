import { CuttingProxy, randomFate } from '../../support/cutting-proxy.js';
import type { TransportReader } from '../../support/readers/transport-reader.js';
import type { SeededRandom } from '../../support/seeded-random.js';
import { turns } from '../../support/turns.js';
import type { Story } from './story.js';

/** A page of a poll has to fit, or a reader that is behind would stay there. */
const MOST_BYTES = 200_000;

interface Server {
  /** Another one after a restart. */
  readonly port: number;
}

/** The nodes to which a client may connect, through proxies that cut its connections. */
export class Ways implements AsyncDisposable {
  private constructor(readonly proxies: readonly CuttingProxy[]) {}

  /** @param share of what is published that the client reads, so that all are cut about as often */
  static async to(nodes: readonly Server[], random: SeededRandom, share: number): Promise<Ways> {
    const proxies = nodes.map((node) => {
      const own = random.fork();
      return CuttingProxy.start(
        () => node.port,
        () => randomFate(own, MOST_BYTES * share),
      );
    });
    return new Ways(await Promise.all(proxies));
  }

  get cuts(): number {
    return this.proxies.reduce((sum, { cuts }) => sum + cuts, 0);
  }

  /** From now on connections last. */
  spare(): void {
    for (const proxy of this.proxies) proxy.cutting = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy[Symbol.asyncDispose]()));
  }
}

/** A reader that comes back whenever its connection has ended, until its story does. */
export class Client {
  /** @param transports it takes any of them, by chance, each time it connects */
  constructor(
    private readonly transports: readonly TransportReader[],
    readonly ways: Ways,
    readonly story: Story,
    private readonly random: SeededRandom,
  ) {}

  get name(): string {
    return this.transports.length === 1 ? this.transports[0]!.name : 'wanderer';
  }

  async run(): Promise<void> {
    const { story, random } = this;
    while (!story.signal.aborted) {
      const transport = random.pick(this.transports);
      const { url } = random.pick(this.ways.proxies);
      try {
        await transport.read(url, story.cursor, story, story.signal);
      } catch (error) {
        throw new Error(`${transport.name}: ${(error as Error).message}`, { cause: error });
      }
      await turns();
    }
  }
}
