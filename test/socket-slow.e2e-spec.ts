import { describe, expect, it } from '@jest/globals';
import { RealtimeBus } from 'nestjs-realtime';
import { ADAPTERS, type AppOptions, type RunningApp, startApp } from './support/app.js';
import { census, NOBODY, nobodyLeft } from './support/census.js';
import { heapBytes } from './support/heap-bytes.js';
import { OpenPolicy, StatePolicy } from './support/open-policies.js';
import { joinRaw, type RawSocket } from './support/raw-socket.js';
import { openSocket } from './support/socket-client.js';
import { subscribe } from './support/socket-story.js';

const EVENT_BYTES = 50_000;
const EVENTS = 2_000;

const base: AppOptions = { providers: [OpenPolicy, StatePolicy] };

/** What a client is told, up to the event number `last`: the numbers of events, and `reset`. */
async function readTo({ frames }: RawSocket, last: number | 'reset'): Promise<unknown[]> {
  const told: unknown[] = [];
  while (told.at(-1) !== last) {
    const frame = await frames.next();
    if (frame.startsWith('42/realtime,["reset"')) told.push('reset');
    for (const [, number] of frame.matchAll(/"data":"(\d+) /g)) told.push(Number(number));
  }
  return told;
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** Publishes 100 MB. */
async function publishMuch(bus: RealtimeBus): Promise<void> {
  const filling = 'x'.repeat(EVENT_BYTES);
  for (let number = 1; number <= EVENTS; number++) await bus.publish('a', `${number} ${filling}`);
}

async function slowClient(app: RunningApp): Promise<RawSocket> {
  const client = await joinRaw(app.url);
  await client.ask('subscribe', { topics: ['a'] });
  client.webSocket.pause();
  return client;
}

describe.each(ADAPTERS)('a socket that is not read, beside %s', (adapter) => {
  it('costs nothing but its place: what is kept it gets when it reads again', async () => {
    const retention = { maxEvents: EVENTS, maxBytes: 200_000_000 };
    await using app = await startApp({ ...base, adapter, realtime: { retention } });
    using slow = await slowClient(app);
    await publishMuch(app.bus);
    slow.webSocket.resume();
    expect(await readTo(slow, EVENTS)).toEqual(upTo(EVENTS));
  });

  it('holds up nobody and no memory, and is told what it has lost', async () => {
    await using app = await startApp({ ...base, adapter, realtime: { retention: { maxEvents: 20 } } });
    using slow = await slowClient(app);
    using quick = await openSocket(app.url);
    await subscribe(quick, ['a']);
    await app.bus.publish('a', '0 warm');
    await quick.messages.next();
    const before = await heapBytes();
    const filling = 'x'.repeat(EVENT_BYTES);
    for (let number = 1; number <= EVENTS; number++) {
      const { id } = await app.bus.publish('a', `${number} ${filling}`);
      expect(await quick.messages.next()).toMatchObject({ name: 'events', body: [{ id }] });
    }
    expect((await heapBytes()) - before).toBeLessThan(10_000_000);
    slow.webSocket.resume();
    const told = await readTo(slow, 'reset');
    expect(told).toEqual([0, ...upTo(told.length - 2), 'reset']);
    await app.bus.publish('a', `${EVENTS + 1} after`);
    expect(await readTo(slow, EVENTS + 1)).toEqual([EVENTS + 1]);
  });

  it('gets an event that is larger than all that may wait', async () => {
    await using app = await startApp({ ...base, adapter });
    using slow = await slowClient(app);
    const large = 'x'.repeat(8_000_000);
    for (let number = 1; number <= 3; number++) await app.bus.publish('a', `${number} ${large}`);
    slow.webSocket.resume();
    expect(await readTo(slow, 3)).toEqual(upTo(3));
  });

  it('is not answered ahead of its reading', async () => {
    await using app = await startApp({ ...base, adapter });
    app.nest.get(StatePolicy).load = () => 'x'.repeat(1_000_000);
    using slow = await joinRaw(app.url);
    slow.webSocket.pause();
    const before = await heapBytes();
    // Each would be answered with a megabyte.
    const answers = Array.from({ length: 200 }, () => slow.ask('subscribe', { topics: ['state'] }));
    using quick = await openSocket(app.url);
    for (let turn = 0; turn < 50; turn++) await quick.ask('unsubscribe', { topics: ['a'] });
    expect((await heapBytes()) - before).toBeLessThan(20_000_000);
    slow.webSocket.resume();
    expect(await Promise.all(answers)).toHaveLength(200);
  });

  it('that hangs up leaves nothing behind', async () => {
    await using app = await startApp({ ...base, adapter, realtime: { retention: { maxEvents: 20 } } });
    using slow = await slowClient(app);
    await publishMuch(app.bus);
    slow.tcp.resetAndDestroy();
    await nobodyLeft(app);
    expect(census(app)).toEqual(NOBODY);
  });
});
