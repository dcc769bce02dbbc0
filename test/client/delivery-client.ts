import {
  createRealtimeClient,
  type RealtimeClientOptions,
  type Subscription,
  type TransportName,
} from 'nestjs-realtime-client';
import type { Reader } from '../contracts/delivery/deliver.js';
import { type Node, TOPICS } from '../contracts/delivery/nodes.js';
import { Story } from '../contracts/delivery/story.js';
import { CuttingProxy, randomFate } from '../support/cutting-proxy.js';
import type { SeededRandom } from '../support/seeded-random.js';

const MOST_BYTES = 200_000;

/** As eager as can be: what a person would not notice costs a test its time. */
const EAGER = { backoffMs: 20, maxBackoffMs: 50, climbMs: 100, steadyMs: 0, staleMs: 1_000 };

/** The client library as a reader of the delivery contract, behind a proxy that takes it to any node and cuts it off. */
export async function deliveryClient(
  transports: readonly TransportName[],
  nodes: readonly Node[],
  random: SeededRandom,
): Promise<Reader> {
  const proxy = await CuttingProxy.start(
    () => random.pick(nodes).port,
    () => randomFate(random, MOST_BYTES),
  );
  const story = new Story(TOPICS, 'earliest');
  return {
    name: `client by ${transports.join(', ')}`,
    story,
    ways: {
      get cuts() {
        return proxy.cuts;
      },
      spare() {
        proxy.cutting = false;
      },
      [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
    },
    run: () => followAll({ url: proxy.url, transports, timing: EAGER, waitS: 1 }, story),
  };
}

/** Follows every topic from the beginning until the story ends. */
export async function followAll(options: RealtimeClientOptions, story: Story): Promise<void> {
  const client = createRealtimeClient(options);
  await new Promise<void>((resolve, reject) => {
    story.signal.addEventListener('abort', () => resolve());
    const subscription: Subscription = client.subscribe([...TOPICS], {
      since: 'earliest',
      onEvent: (event) => story.event(event),
      onReset: (reason) => story.reset(reason, subscription.cursor!),
      onError: reject,
    });
  });
  client.close();
}
