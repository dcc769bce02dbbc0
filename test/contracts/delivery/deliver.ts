import type { RealtimeEngine, RealtimeOptions } from 'nestjs-realtime';
import { ADAPTERS } from '../../support/app.js';
import type { SeededRandom } from '../../support/seeded-random.js';
import type { Client, Ways } from './client.js';
import { Node, TOPICS } from './nodes.js';
import { Publisher } from './publisher.js';

/** Who reads until its story ends. */
export type Reader = Pick<Client, 'name' | 'story' | 'run'> & {
  readonly ways: Pick<Ways, 'cuts' | 'spare'> & AsyncDisposable;
};

export interface Delivery {
  /** One per node, over one log; not started. */
  readonly engines: readonly RealtimeEngine[];
  readonly retention?: RealtimeOptions['retention'];
  /** Connects the readers. */
  readonly clients: (nodes: readonly Node[]) => Promise<readonly Reader[]>;
  /** What else happens meanwhile, until `isOver`. */
  readonly meanwhile?: (nodes: readonly Node[], isOver: () => boolean) => Promise<void>;
  /** Puts right what is wrong with the engines, so that the story can end. */
  readonly recover?: () => void;
}

/** How much is done. */
export interface Scale {
  /** How many events are published at least. */
  readonly events: number;
  /** How often each reader's connections are cut at least. */
  readonly cuts: number;
}

export interface Outcome {
  /** What is wrong, by reader. */
  readonly faults: readonly string[];
  readonly resets: number;
  /** How often the server said that it failed. */
  readonly failures: number;
}

/** Publishes while the readers' connections are cut, until everybody has been told everything. */
export async function deliver(
  delivery: Delivery,
  { events, cuts }: Scale,
  random: SeededRandom,
): Promise<Outcome> {
  await using nodes = new Nodes();
  for (const [index, engine] of delivery.engines.entries()) {
    nodes.list.push(await Node.start(ADAPTERS[index % ADAPTERS.length]!, engine, delivery.retention));
  }
  const publisher = new Publisher(
    nodes.list.map((node) => () => node.bus),
    TOPICS,
    random.fork(),
  );
  await publisher.publish(200, () => true);
  const clients = await delivery.clients(nodes.list);
  const reading = Promise.all(clients.map((client) => client.run()));
  let over = false;
  const other = delivery.meanwhile?.(nodes.list, () => over);
  try {
    const cutOften = () => clients.every(({ ways }) => ways.cuts >= cuts);
    await Promise.race([reading, publisher.publish(events, cutOften)]);
    over = true;
    await other;
    delivery.recover?.();
    for (const { ways } of clients) ways.spare();
    await publisher.last();
    for (const { story } of clients) story.endWith(publisher.log);
    await reading;
  } finally {
    over = true;
    publisher.stop();
    for (const { story } of clients) story.stop();
    await Promise.allSettled([reading, other, ...clients.map(({ ways }) => ways[Symbol.asyncDispose]())]);
  }
  return {
    faults: clients.flatMap(({ name, story }) =>
      story.faults(publisher.log).map((fault) => `${name}: ${fault}`),
    ),
    resets: clients.reduce((sum, { story }) => sum + story.resets, 0),
    failures: clients.reduce((sum, { story }) => sum + story.failures, 0),
  };
}

class Nodes implements AsyncDisposable {
  readonly list: Node[] = [];

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.list.map((node) => node.close()));
  }
}
