import { describe, expect, it } from '@jest/globals';
import type { TransportName } from 'nestjs-realtime-client';
import { HostileProxy, type Kind, type Treatment } from '../support/hostile-proxy.js';
import { buffer, cutAfter, dropUpgrade, ignore, refuse, stall } from '../support/treatments.js';
import { hear, openClient, type TestClient } from './client-kit.js';
import { IMPATIENT, Numbers, startServer, TOPICS } from './network-kit.js';

interface Fall {
  readonly network: string;
  readonly treatments: Partial<Record<Kind, Treatment>>;
  readonly to: TransportName;
}

const NO_SOCKET = { websocket: dropUpgrade };
const NO_STREAM = { ...NO_SOCKET, sse: buffer };

const FALLS: readonly Fall[] = [
  { network: 'upgrade headers are dropped', treatments: NO_SOCKET, to: 'sse' },
  { network: 'WebSockets are refused with a 502', treatments: { websocket: refuse() }, to: 'sse' },
  { network: 'WebSockets are never answered', treatments: { websocket: ignore }, to: 'sse' },
  { network: 'WebSockets stall in their handshake', treatments: { websocket: stall(150) }, to: 'sse' },
  { network: 'streams are buffered', treatments: NO_STREAM, to: 'long-poll' },
  {
    network: 'streams stall after their headers',
    treatments: { ...NO_SOCKET, sse: stall(1) },
    to: 'long-poll',
  },
  {
    network: 'streams are answered with a page',
    treatments: { ...NO_SOCKET, sse: refuse(200) },
    to: 'long-poll',
  },
  {
    network: 'polls are cut before the server has waited',
    treatments: { ...NO_STREAM, 'long-poll': cutAfter(100) },
    to: 'short-poll',
  },
];

describe('where a network does not let everything through', () => {
  it.each(FALLS)('$network: $to, and back again', async ({ treatments, to }) => {
    await using app = await startServer();
    await using proxy = await HostileProxy.start(() => app.port);
    proxy.let(treatments);
    using client = openClient({ url: proxy.url, ...IMPATIENT });
    const { inbox } = hear(client, TOPICS);
    const numbers = new Numbers(() => app);

    await isLive(client, to);
    expect(client.state).toMatchObject({ reason: expect.any(String), error: { code: expect.any(String) } });
    await numbers.exchange(inbox, 200);

    proxy.relent();
    const isBack = () => client.state.name === 'live' && client.state.transport === 'websocket';
    while (!isBack()) await numbers.exchange(inbox, 1);
    expect(client.state).not.toHaveProperty('reason');
    await numbers.exchange(inbox, 200);
    expect(numbers.heard).toEqual(numbers.published);
  });

  it('climbs as far as it can', async () => {
    await using app = await startServer();
    await using proxy = await HostileProxy.start(() => app.port);
    proxy.let({ websocket: refuse(), sse: refuse(), 'long-poll': refuse() });
    using client = openClient({ url: proxy.url, ...IMPATIENT });
    const { inbox } = hear(client, TOPICS);
    await isLive(client, 'short-poll');
    proxy.let({ sse: ({ pass }) => pass() });
    await isLive(client, 'sse');
    const numbers = new Numbers(() => app);
    await numbers.exchange(inbox, 20);
    expect(numbers.heard).toEqual(numbers.published);
  });

  it('falls from one to the next as each is blocked, and nobody misses anything', async () => {
    await using app = await startServer();
    await using proxy = await HostileProxy.start(() => app.port);
    using client = openClient({ url: proxy.url, ...IMPATIENT });
    const { inbox } = hear(client, TOPICS);
    const numbers = new Numbers(() => app);
    await isLive(client, 'websocket');
    const falls = [
      ['websocket', 'sse'],
      ['sse', 'long-poll'],
      ['long-poll', 'short-poll'],
    ] as const;
    for (const [blocked, next] of falls) {
      proxy.let({ [blocked]: refuse() });
      await numbers.publish(50);
      await isLive(client, next);
      await numbers.exchange(inbox, 50);
    }
    expect(numbers.heard).toEqual(numbers.published);
  });

  it('everything is blocked: offline; then back', async () => {
    await using app = await startServer();
    await using proxy = await HostileProxy.start(() => app.port, refuse());
    using client = openClient({ url: proxy.url, ...IMPATIENT });
    const { inbox } = hear(client, TOPICS);
    const offline = async () => (await client.states.until(({ retryMs }) => retryMs !== undefined)).at(-1)!;
    expect(await offline()).toMatchObject({
      name: 'offline',
      error: { code: 'answer-invalid', status: 502 },
    });
    await offline();
    expect([...new Set(proxy.seen)].toSorted()).toEqual(['long-poll', 'short-poll', 'sse', 'websocket']);

    const pass: Treatment = ({ pass }) => pass();
    proxy.let({ websocket: pass, sse: pass, 'long-poll': pass, 'short-poll': pass });
    await isLive(client, 'websocket');
    const numbers = new Numbers(() => app);
    await numbers.exchange(inbox, 20);
    expect(numbers.heard).toEqual(numbers.published);
  });
});

async function isLive(client: TestClient, transport: TransportName): Promise<void> {
  await client.states.until((state) => state.name === 'live' && state.transport === transport);
}
