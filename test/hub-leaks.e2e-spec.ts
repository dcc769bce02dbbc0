import { get } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { ADAPTERS, type RunningApp, startApp } from './support/app.js';
import { byToken } from './support/by-token.js';
import { census, NOBODY, nobodyLeft } from './support/census.js';
import { heapBytes } from './support/heap-bytes.js';
import { hubUrl } from './support/hub-client.js';
import { OpenPolicy, StatePolicy } from './support/open-policies.js';
import { openSse } from './support/sse-client.js';

const TIMES = 5_000;
const AT_ONCE = 50;

type Visit = (url: string, access_token: string, since: string) => Promise<void>;

const VISITS: readonly Visit[] = [
  async (url, access_token) => {
    using stream = await openSse(hubUrl(url, { topics: ['a', 'state'], access_token }));
    await stream.messages.next();
  },
  async (url, access_token) => {
    const stream = await openSse(hubUrl(url, { topics: [`only/${access_token}`], access_token }));
    stream.response.socket.resetAndDestroy();
  },
  async (url, access_token) => {
    using refused = await openSse(hubUrl(url, { topics: ['closed'], access_token }));
    await refused.ended;
  },
  (url, access_token, since) =>
    new Promise((resolve) => {
      const waiting = get(hubUrl(url, { topics: ['a'], since, wait: '50', access_token }), { agent: false });
      waiting.once('error', () => resolve());
      waiting.once('finish', () => setImmediate(() => waiting.destroy()));
    }),
];

async function visits({ url }: RunningApp, since: string, times: number): Promise<void> {
  let next = 0;
  const visitor = async () => {
    for (let number = next++; number < times; number = next++) {
      await VISITS[number % VISITS.length]!(url, String(number), since);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, visitor));
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe.each(ADAPTERS)('readers of the hub that come and go, on %s', (adapter) => {
  it('leave nothing behind, 5,000 of them', async () => {
    await using app = await startApp({
      adapter,
      providers: [OpenPolicy, StatePolicy],
      realtime: { authenticate: byToken },
    });
    const { id } = await app.bus.publish('a', 1);
    await visits(app, id, 500);
    await nobodyLeft(app);
    const before = { timers: timers(), bytes: await heapBytes() };
    await visits(app, id, TIMES);
    await nobodyLeft(app);
    expect(census(app)).toEqual(NOBODY);
    expect(timers()).toBe(before.timers);
    // A kilobyte for each would be five megabytes.
    expect((await heapBytes()) - before.bytes).toBeLessThan(2_500_000);
  }, 120_000);
});
