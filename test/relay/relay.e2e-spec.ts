import { Controller, type ModuleMetadata } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import {
  type ClientProvider,
  ClientsModule,
  MessagePattern,
  Payload,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import { Consumers, type TopicEvent } from 'nestjs-realtime';
import { relay, type RelayOptions } from 'nestjs-realtime/relay';
import { Inbox } from '../support/inbox.js';
import { type RunningApp, startApp } from '../support/app.js';
import { freePort } from './wire.js';

const KITCHEN = { name: 'kitchen', topics: 'orders/*', client: 'KITCHEN', pattern: 'orders' } as const;

/** What a receiver has got, and what it throws instead of an answer. */
const received = new Inbox<TopicEvent>();
let failures: unknown[] = [];

@Controller()
class Kitchen {
  @MessagePattern('orders')
  cook(@Payload() event: TopicEvent): string {
    received.push(event);
    if (failures.length > 0) throw new RpcException(failures.shift() as string);
    return 'cooked';
  }
}

/** An application with relays, and a microservice of Nest's that receives what they send over TCP. */
async function startKitchen(...relays: Partial<RelayOptions>[]): Promise<RunningApp> {
  const port = await freePort();
  return startApp({
    ...sending({ transport: Transport.TCP, options: { port } }, ...relays),
    controllers: [Kitchen],
    configure: async (app) => {
      app.connectMicroservice({ transport: Transport.TCP, options: { port } });
      await app.startAllMicroservices();
    },
  });
}

function sending(client: ClientProvider, ...relays: Partial<RelayOptions>[]): ModuleMetadata {
  return {
    imports: [ClientsModule.register([{ name: 'KITCHEN', ...client }])],
    providers: relays.map((options) => relay({ ...KITCHEN, ack: 'receiver', retries: [1, 1], ...options })),
  };
}

async function publish(app: RunningApp, ...data: unknown[]): Promise<TopicEvent[]> {
  const events: TopicEvent[] = [];
  for (const item of data) events.push(await app.bus.publish('orders/42', item));
  return events;
}

describe('a relay that waits for its receiver', () => {
  it('sends an event again until it is answered, and nothing after it until then', async () => {
    await using app = await startKitchen({});
    failures = ['no fire', 'no fire'];
    const [a, b] = await publish(app, 'a', 'b');
    expect(await received.take(4)).toEqual([a, a, a, b]);
  });

  it('what is never answered well is a dead letter', async () => {
    await using app = await startKitchen({});
    failures = ['no fire', 'no fire', 'no fire'];
    const [a, b] = await publish(app, 'a', 'b');
    await received.until(({ id }) => id === b!.id);
    expect(await app.nest.get(Consumers).deadLetters('kitchen')).toMatchObject([
      { event: { id: a!.id }, attempts: 3, error: expect.stringContaining('no fire') },
    ]);
  });
});

describe('what is sent', () => {
  it('is what payload and pattern make of an event', async () => {
    await using app = await startKitchen({
      pattern: ({ topic }) => topic.split('/')[0]!,
      payload: ({ id, data }) => ({ id, dish: data }),
    });
    const [a] = await publish(app, 'soup');
    expect(await received.next()).toEqual({ id: a!.id, dish: 'soup' });
  });

  it.each<[string, unknown, string]>([
    ['throws', 'bad', 'cannot be cooked'],
    ['returns nothing', 'nothing', 'payload() returned nothing'],
  ])('an event for which payload %s is a dead letter at once, and no other', async (_, dish, error) => {
    await using app = await startKitchen({
      payload: ({ data, ...event }) => {
        if (data === 'bad') throw new Error('cannot be cooked');
        return data === 'nothing' ? undefined : { ...event, data };
      },
    });
    const [bad, good] = await publish(app, dish, 'soup');
    expect(await received.next()).toEqual(good);
    expect(await app.nest.get(Consumers).deadLetters('kitchen')).toMatchObject([
      { event: { id: bad!.id }, attempts: 1, error: expect.stringContaining(error) },
    ]);
  });

  it('goes to each of several relays, which can be seen and steered by their names', async () => {
    await using app = await startKitchen({ name: 'first' }, { name: 'second', concurrency: 4 });
    const consumers = app.nest.get(Consumers);
    expect((await consumers.list()).map(({ name }) => name)).toEqual(['first', 'second']);
    await consumers.pause('second');
    const [a] = await publish(app, 'a');
    expect(await received.next()).toEqual(a);
    await consumers.resume('second');
    expect(await received.next()).toEqual(a);
  });
});

describe('an application does not start', () => {
  const client: ClientProvider = { transport: Transport.TCP };

  it.each<[string, Partial<RelayOptions>[], RegExp]>([
    ['a topic that is no pattern', [{ topics: 'orders//x' }], /The relay "kitchen".*orders\/\/x/],
    ['no topics', [{ topics: [] }], /The relay "kitchen".*pattern/],
    ['options that contradict each other', [{ ordered: true, concurrency: 2 }], /"kitchen".*concurrency/],
    ['a timeout of nothing', [{ timeoutMs: 0 }], /"kitchen".*timeoutMs/],
    ['two of one name', [{}, {}], /"kitchen".*a name of its own/],
    ['a client that is not there', [{ client: 'NOBODY' }], /NOBODY/],
  ])('with %s', async (_, relays, message) => {
    await expect(startApp(sending(client, ...relays))).rejects.toThrow(message);
  });
});
