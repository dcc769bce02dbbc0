import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { compile } from './compile.js';

const PRELUDE = `
  import type { RealtimeBus } from 'nestjs-realtime';
  import { createRealtimeClient, type EventsAndState, type RealtimeClient } from 'nestjs-realtime-client';
  import { useTopic } from 'nestjs-realtime-client/react';
  import { fromTopic } from 'nestjs-realtime-client/rxjs';

  interface Menu { readonly dishes: string[] }
  interface Order { readonly status: string; readonly table: number }
  interface Change { readonly status: string }
  interface Topics {
    menu: Menu;
    [order: \`orders/\${string}\`]: EventsAndState<Change, Order>;
  }
  const client = createRealtimeClient<Topics>({ url: 'http://localhost' });
  const anyClient = createRealtimeClient({ url: 'http://localhost' });
  declare const bus: RealtimeBus<Topics>;
  declare const anyBus: RealtimeBus;
  declare const id: string;

  type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
  declare function is<Expected>(): <Given>(given: Given, ...same: Same<Given, Expected> extends true ? [] : [never]) => void;
`;

const RIGHT = {
  'the data of events': `
    client.subscribe('menu', { onEvent: ({ data, topic }) => { is<Menu>()(data); is<'menu'>()(topic); } });
    client.subscribe('orders/42', { onEvent: ({ data }) => is<Change>()(data) });
    client.subscribe(\`orders/\${id}\`, { onEvent: ({ data }) => is<Change>()(data) });`,
  'events of several topics, told apart by their topic': `
    client.subscribe(['menu', 'orders/42'], {
      onEvent: (event) => {
        is<Menu | Change>()(event.data);
        if (event.topic === 'menu') is<Menu>()(event.data);
        else is<Change>()(event.data);
      },
    });`,
  'the state of topics': `
    client.subscribe(['menu', 'orders/42'], {
      onSnapshot: (states) => {
        is<Menu | undefined>()(states.menu);
        is<Order | undefined>()(states['orders/42']);
      },
    });`,
  'what is iterated': `
    for await (const told of client.subscribe(['menu', 'orders/42'])) {
      if (told.kind === 'event' && told.event.topic === 'menu') is<Menu>()(told.event.data);
      if (told.kind === 'snapshot') is<Order | undefined>()(told.states['orders/42']);
    }`,
  'what is published': `
    await client.publish({ topic: 'menu', data: { dishes: [] } });
    await client.publish({ topic: \`orders/\${id}\`, type: 'ready', data: { status: 'ready' }, idempotencyKey: 'a' });`,
  'what the server publishes': `
    is<Menu>()((await bus.publish('menu', { dishes: [] } as Menu)).data);
    await bus.publish(\`orders/\${id}\`, { status: 'ready' }, { type: 'order.ready' });`,
  'what the bindings tell': `
    const view = useTopic(client, ['menu', 'orders/42']);
    is<Order | undefined>()(view.snapshot?.['orders/42']);
    if (view.event?.topic === 'menu') is<Menu>()(view.event.data);
    fromTopic(client, 'orders/42').subscribe((told) => {
      if (told.kind === 'event') is<Change>()(told.event.data);
    });`,
  'nothing, where there is no map': `
    anyClient.subscribe(id, { onEvent: ({ data }) => is<unknown>()(data) });
    anyClient.subscribe(['a', 'b'], { onSnapshot: (states) => is<unknown>()(states.a) });
    await anyClient.publish({ topic: id });
    await anyClient.publish({ topic: id, data: 1 });
    is<number>()((await anyBus.publish(id, 1 as number)).data);
    useTopic(anyClient, id);
    fromTopic(anyClient, [id]);`,
};

const WRONG = {
  'a topic that is not in the map': `client.subscribe('menus');`,
  'any string, where there is a map': `client.subscribe(id);`,
  'one among several': `client.subscribe(['menu', 'order/42']);`,
  'another type of data': `client.subscribe('menu', { onEvent: ({ data }) => data.status });`,
  'the state of another topic': `client.subscribe('menu', { onSnapshot: (states) => states['orders/42'] });`,
  'publishing on an unknown topic': `client.publish({ topic: 'menus', data: { dishes: [] } });`,
  'publishing what the topic does not carry': `client.publish({ topic: 'menu', data: { status: 'ready' } });`,
  'publishing nothing': `client.publish({ topic: 'menu' });`,
  'the server publishing on an unknown topic': `bus.publish('menus', { dishes: [] });`,
  'the server publishing what the topic does not carry': `bus.publish(\`orders/\${id}\`, { dishes: [] });`,
  'an unknown topic in React': `useTopic(client, 'menus');`,
  'an unknown topic in RxJS': `fromTopic(client, 'menus');`,
  'data that nobody has looked at': `anyClient.subscribe(id, { onEvent: ({ data }) => data.status });`,
  'one client for another': `const other: RealtimeClient<{ a: 1 }> = client;`,
};

/** What the examples of the guide take for granted, where they do not say it themselves. */
const AROUND = `
  import type { EventsAndState as EventsAnd } from 'nestjs-realtime-protocol';
  import { createRealtimeClient as create } from 'nestjs-realtime-client';
  export {};
  declare global {
    interface Menu { readonly dishes: string[] }
    interface Order { readonly status: string; readonly table: number }
    interface OrderChange { readonly status: string }
    interface Topics {
      menu: Menu;
      [order: \`orders/\${string}\`]: EventsAnd<OrderChange, Order>;
    }
    const client: ReturnType<typeof create<Topics>>;
    const session: { token(): Promise<string> };
    function show(order: Order | undefined): void;
    function update(type: string, change: OrderChange): void;
    function reload(): void;
    function store(event: object): Promise<void>;
  }`;

const GUIDE = readFileSync(new URL('../../docs/guides/client.md', import.meta.url), 'utf8');
const EXAMPLES = [...GUIDE.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => `${code}\nexport {};`);

describe('a map from topic to type', () => {
  let errors: Map<string, string[]>;
  let ofGuide: string[];

  beforeAll(() => {
    const modules = { ...RIGHT, ...WRONG };
    const found = compile([...Object.values(modules).map((code) => PRELUDE + code), AROUND, ...EXAMPLES]);
    errors = new Map(Object.keys(modules).map((name, at) => [name, found[at]!]));
    ofGuide = found.slice(errors.size).flat();
  });

  it.each(Object.keys(RIGHT))('types %s', (name) => {
    expect(errors.get(name)).toEqual([]);
  });

  it.each(Object.keys(WRONG))('forbids %s', (name) => {
    expect(errors.get(name)).toEqual([expect.any(String)]);
  });

  it('is used in the guide as it is', () => {
    expect({ examples: EXAMPLES.length, errors: ofGuide }).toEqual({ examples: 7, errors: [] });
  });
});
