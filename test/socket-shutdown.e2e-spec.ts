import { describe, expect, it } from '@jest/globals';
import { ADAPTERS, startApp } from './support/app.js';
import { census, NOBODY } from './support/census.js';
import { Gate } from './support/gate.js';
import { OpenPolicy } from './support/open-policies.js';
import { joinRaw, openRaw } from './support/raw-socket.js';
import { until } from './support/until.js';
import { gatewayPath, upgrade } from './support/upgrade.js';

const EACH = 100;

const each = <T>(open: () => Promise<T>) => Promise.all(Array.from({ length: EACH }, open));

describe.each(ADAPTERS)('shutting down with sockets open, beside %s', (adapter) => {
  it('tells each when to come back, spread over time, and ends', async () => {
    const app = await startApp({ adapter, providers: [OpenPolicy] });
    const clients = await each(() => joinRaw(app.url));
    await Promise.all(clients.map((client) => client.ask('subscribe', { topics: ['a'] })));
    await app.close();
    const told = await Promise.all(clients.map(({ frames }) => frames.next()));
    const waits = told.map((frame) =>
      Number(/^42\/realtime,\["closing",\{"retryMs":(\d+)\}\]$/.exec(frame)?.[1]),
    );
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...waits)).toBeLessThanOrEqual(5_500);
    expect(new Set(waits).size).toBeGreaterThan(EACH / 2);
    const codes = await Promise.all(clients.map(async ({ closed }) => (await closed).code));
    expect(codes).toEqual(Array.from({ length: EACH }, () => 1005));
    expect(census(app)).toEqual({ ...NOBODY, feeds: -1 });
  });

  // An answer that never comes is waited for by socket.io for up to half a minute.
  it('ends within the limit, whatever clients do not do', async () => {
    const gate = new Gate();
    const app = await startApp({
      adapter,
      providers: [OpenPolicy],
      realtime: {
        authenticate: ({ token }) => (token === 'slow' ? (gate.pass() as never) : undefined),
        shutdown: { timeoutMs: 300 },
      },
    });
    const doNotRead = await each(() => joinRaw(app.url));
    for (const { webSocket } of doNotRead) webSocket.pause();
    const doNotJoin = await each(() => openRaw(app.url));
    const areAsked = each(() => upgrade(app.url + gatewayPath({ access_token: 'slow' })));
    await until(() => gate.arrived === EACH);
    await app.close();
    expect((await areAsked).map(({ status }) => status)).toEqual(Array.from({ length: EACH }, () => 503));
    for (const { frames } of doNotJoin) await expect(frames.next()).rejects.toThrow('closed: 1006');
    for (const { webSocket } of doNotRead) webSocket.resume();
    await Promise.all(doNotRead.map(({ closed }) => closed));
    await until(() => census(app).connections === 0);
    expect(census(app)).toEqual({ ...NOBODY, feeds: -1 });
    gate.open();
  }, 5_000);
});
