import { describe, expect, it } from '@jest/globals';
import { HostileProxy } from '../support/hostile-proxy.js';
import { refuse } from '../support/treatments.js';
import { EACH, hear, openClient, type TestClient } from './client-kit.js';
import { IMPATIENT, Numbers, startServer, TOPICS } from './network-kit.js';

const isLive = (client: TestClient) => client.states.until(({ name }) => name === 'live');
const untilWaiting = async (client: TestClient) =>
  (await client.states.until(({ retryMs }) => retryMs !== undefined)).at(-1)!;

describe.each(EACH)('a client by %s', (transport) => {
  const options = { transports: [transport], ...IMPATIENT };

  it('is told of history that was lost with the server, and goes on', async () => {
    let app = await startServer();
    await using proxy = await HostileProxy.start(() => app.port);
    using client = openClient({ ...options, url: proxy.url });
    const { inbox } = hear(client, TOPICS);
    const numbers = new Numbers(() => app);
    await isLive(client);
    await numbers.exchange(inbox, 20);

    await app.close();
    app = await startServer();
    await using _next = app;
    expect(await inbox.next()).toBe('reset epoch');
    await numbers.exchange(inbox, 20);
    expect(numbers.heard).toEqual(numbers.published);
  });

  it('comes back when nothing arrives any more and nobody says so', async () => {
    await using app = await startServer();
    await using proxy = await HostileProxy.start(() => app.port);
    using client = openClient({ ...options, url: proxy.url });
    const { inbox } = hear(client, TOPICS);
    const numbers = new Numbers(() => app);
    await isLive(client);
    proxy.freeze();
    await numbers.publish(20);
    const { error } = await untilWaiting(client);
    expect(error?.code).toBe('timeout');
    proxy.thaw();
    await numbers.hear(inbox);
    expect(numbers.heard).toEqual(numbers.published);
  });

  it('follows what was subscribed to while nothing arrived', async () => {
    await using app = await startServer();
    await using proxy = await HostileProxy.start(() => app.port);
    using client = openClient({ ...options, url: proxy.url });
    const [first, ...others] = TOPICS;
    hear(client, first!);
    await isLive(client);
    proxy.freeze();
    const { inbox } = hear(client, others);
    await untilWaiting(client);
    proxy.thaw();
    await isLive(client);
    await app.bus.publish(others[0]!, 'now');
    expect(await inbox.next()).toBe(`${others[0]!} "now"`);
  });
});

describe('a client whose server says when to come back', () => {
  it.each([['websocket'], ['sse']] as const)('waits so long when it closes, by %s', async (transport) => {
    await using app = await startServer();
    using client = openClient({ url: app.url, transports: [transport], ...IMPATIENT });
    hear(client, TOPICS);
    await isLive(client);
    const closed = app.close();
    const { reason, retryMs } = await untilWaiting(client);
    // The server spreads its clients from half a second on.
    expect({ reason, isPatient: retryMs! >= 500 }).toEqual({ reason: 'closing', isPatient: true });
    await closed;
  });

  it('waits so long when it is full', async () => {
    await using app = await startServer({ limits: { connections: 1 } });
    using first = openClient({ url: app.url, transports: ['websocket'] });
    hear(first, TOPICS);
    await isLive(first);
    using client = openClient({ url: app.url, transports: ['sse'], ...IMPATIENT });
    const { inbox } = hear(client, TOPICS);
    const { retryMs, error } = await untilWaiting(client);
    expect(error).toMatchObject({ code: 'too-many-connections', status: 503 });
    expect(retryMs).toBeGreaterThanOrEqual(error!.retryAfterMs!);
    first.close();
    await isLive(client);
    const numbers = new Numbers(() => app);
    await numbers.exchange(inbox, 20);
    expect(numbers.heard).toEqual(numbers.published);
  });

  it('waits so long when that is a date', async () => {
    await using app = await startServer();
    const later = new Date(Date.now() + 600_000).toUTCString();
    await using proxy = await HostileProxy.start(() => app.port, refuse(503, { 'retry-after': later }));
    using client = openClient({ url: proxy.url, transports: ['sse'], ...IMPATIENT });
    hear(client, TOPICS);
    const { retryMs } = await untilWaiting(client);
    expect(retryMs).toBeGreaterThan(500_000);
  });
});
