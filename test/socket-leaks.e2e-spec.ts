import type { Server } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { ADAPTERS, type RunningApp, startApp } from './support/app.js';
import { byToken } from './support/by-token.js';
import { census, NOBODY, nobodyLeft } from './support/census.js';
import { heapBytes } from './support/heap-bytes.js';
import { OpenPolicy, StatePolicy } from './support/open-policies.js';
import { joinRaw, openRaw, type RawSocket } from './support/raw-socket.js';
import { gatewayPath, upgrade } from './support/upgrade.js';

const TIMES = 5_000;
const AT_ONCE = 50;

/** The ways to come and go. */
const VISITS: readonly ((url: string, who: string) => Promise<void>)[] = [
  (url, who) => visit(url, who, ({ webSocket }) => webSocket.close()),
  (url, who) => visit(url, who, ({ tcp }) => tcp.resetAndDestroy()),
  (url, who) => visit(url, who, ({ send }) => send('41/realtime,')),
  (url, who) => visit(url, who, ({ send }) => send('nonsense')),
  async (url, who) => {
    const client = await openRaw(url, { access_token: who });
    client.tcp.destroy();
  },
  async (url) => {
    await upgrade(url + gatewayPath(), { Origin: 'https://evil.example' });
  },
];

async function visit(url: string, who: string, leave: (client: RawSocket) => void): Promise<void> {
  const client = await joinRaw(url, { access_token: who });
  await client.ask('subscribe', { topics: ['a', `only/${who}`] });
  await client.ask('subscribe', { topics: ['state', 'a'] });
  await client.ask('unsubscribe', { topics: ['a'] });
  leave(client);
  await client.closed;
}

async function visits({ url }: RunningApp, times: number): Promise<void> {
  let next = 0;
  const visitor = async () => {
    for (let number = next++; number < times; number = next++) {
      await VISITS[number % VISITS.length]!(url, String(number));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, visitor));
}

/** What a process would leak besides memory. */
function held(app: RunningApp): object {
  const server = app.nest.getHttpServer() as Server;
  return {
    listeners: server.eventNames().map((name) => [name, server.listenerCount(name)]),
    timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
  };
}

describe.each(ADAPTERS)('sockets that come and go, beside %s', (adapter) => {
  it('leave nothing behind, 5,000 of them', async () => {
    await using app = await startApp({
      adapter,
      providers: [OpenPolicy, StatePolicy],
      realtime: { authenticate: byToken },
    });
    await visits(app, 500);
    await nobodyLeft(app);
    const before = { held: held(app), bytes: await heapBytes() };
    await visits(app, TIMES);
    await nobodyLeft(app);
    expect(census(app)).toEqual(NOBODY);
    expect(held(app)).toEqual(before.held);
    // A kilobyte for each would be five megabytes.
    expect((await heapBytes()) - before.bytes).toBeLessThan(2_500_000);
  }, 120_000);
});
