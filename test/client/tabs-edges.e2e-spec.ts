import { describe, expect, it } from '@jest/globals';
import { byToken } from '../support/by-token.js';
import { until } from '../support/until.js';
import { hear } from './client-kit.js';
import { isLive, nextLeader, publishOn, read, readMany, startTabsApp, takeLeader } from './tabs-app.js';
import { TestBrowser } from './tabs-kit.js';

describe('a tab that shares', () => {
  it('connects by itself where there are no locks to be had', async () => {
    await using app = await startTabsApp();
    using browser = new TestBrowser();
    browser.locks.refuse(new DOMException('Not in this sandbox.', 'SecurityError'));
    const { states, inbox } = read(browser, { url: app.url }, 'a', 'earliest');
    const [live] = (await states.until(isLive)).slice(-1);
    expect(live!.heldBy).toBeUndefined();
    await app.bus.publish('a', 1);
    expect(await inbox.next()).toBe('a 1');
  });

  it('connects by itself where its user cannot be known', async () => {
    await using app = await startTabsApp();
    using browser = new TestBrowser();
    let asked = 0;
    const auth = () => {
      if (++asked === 1) throw new Error('Not yet.');
      return 'token';
    };
    const { states } = read(browser, { url: app.url, auth });
    const [live] = (await states.until(isLive)).slice(-1);
    expect(live!.heldBy).toBeUndefined();
  });

  it('connects by itself when together they follow too many topics', async () => {
    await using app = await startTabsApp({ limits: { topicsPerConnection: 3 } });
    using browser = new TestBrowser();
    const one = read(browser, { url: app.url }, ['a', 'b'], 'earliest');
    await one.states.until(isLive);
    const other = read(browser, { url: app.url }, ['c', 'd'], 'earliest');
    await other.states.until((state) => isLive(state) && state.heldBy === undefined);
    await app.bus.publish('a', 1);
    await app.bus.publish('d', 2);
    expect([await one.inbox.next(), await other.inbox.next()]).toEqual(['a 1', 'd 2']);
    expect(app.connections()).toBe(2);
    const third = read(browser, { url: app.url }, 'b', 'earliest');
    await third.states.until((state) => isLive(state) && state.heldBy === 'another-tab');
    const tooMany = hear(other.client, ['e', 'f'], 'earliest');
    expect(await tooMany.inbox.next()).toBe('error too-many-topics');
  });

  it('is told what it takes its time for, in the order of the log', async () => {
    await using app = await startTabsApp();
    using browser = new TestBrowser();
    await readMany(1, browser, { url: app.url });
    const { client } = read(browser, { url: app.url }, 'b');
    const subscription = client.subscribe('a', { since: 'earliest' });
    for (let n = 1; n <= 1_500; n++) await app.bus.publish('a', n);
    const told: unknown[] = [];
    for await (const it of subscription) {
      told.push(it.kind === 'event' ? it.event.data : it.kind);
      if (told.length === 1_500) break;
    }
    expect(told).toEqual(Array.from({ length: 1_500 }, (_, at) => at + 1));
  });

  it('publishes once, whoever holds the connection meanwhile', async () => {
    await using app = await startTabsApp();
    using browser = new TestBrowser();
    const readers = await readMany(3, browser, { url: app.url });
    const gone = takeLeader(readers);
    const published = Promise.all(
      Array.from({ length: 20 }, (_, n) => readers[0]!.client.publish({ topic: 'chat', data: n })),
    );
    gone.tab.crash();
    await nextLeader(readers);
    const ids = await published;
    const { events } = await app.bus.read('chat', { since: 'earliest', limit: 100 });
    expect(events.map(({ id }) => id.toString()).sort()).toEqual([...ids].sort());
    expect(events).toHaveLength(20);
  });

  it('has new credentials taken by the one that is connected', async () => {
    await using app = await startTabsApp({ authenticate: byToken });
    using browser = new TestBrowser();
    const asked = [0, 0];
    const readers = [0, 1].map((at) => {
      const auth = () => {
        asked[at]!++;
        return 'alice';
      };
      return read(browser, { url: app.url, shareKey: 'alice', auth });
    });
    for (const { states } of readers) await states.until(isLive);
    const at = readers.findIndex(({ client }) => client.state.heldBy === 'this-tab');
    const before = [...asked];
    await readers[1 - at]!.client.renew();
    expect(asked[at]).toBe(before[at]! + 1);
    expect(asked[1 - at]).toBe(before[1 - at]);
  });

  it('loses its history alone', async () => {
    await using app = await startTabsApp({ retention: { maxEvents: 5 } });
    using browser = new TestBrowser();
    const { id } = await app.bus.publish('a', 0);
    const readers = await readMany(2, browser, { url: app.url });
    // All that is to be followed is, once everybody has heard of it.
    for (const { inbox } of readers) expect(await inbox.next()).toBe('a 0');
    const [reader] = readers;
    for (let n = 1; n <= 10; n++) await app.bus.publish('a', n);
    expect(await reader!.inbox.take(10)).toEqual(Array.from({ length: 10 }, (_, at) => `a ${at + 1}`));
    const late = read(browser, { url: app.url }, 'a', id.toString());
    expect(await late.inbox.next()).toBe('reset expired');
    await app.bus.publish('a', 11);
    expect(await late.inbox.next()).toBe('a 11');
    expect(await reader!.inbox.next()).toBe('a 11');
  });

  it('rests when it follows nothing, and leads nevertheless', async () => {
    await using app = await startTabsApp();
    using browser = new TestBrowser();
    const idle = read(browser, { url: app.url }, 'b');
    await idle.states.until((state) => isLive(state) && state.heldBy === 'this-tab');
    const stop = publishOn(app);
    const [reader] = await readMany(1, browser, { url: app.url });
    idle.subscription.close();
    expect(idle.client.state).toEqual({ name: 'offline', reason: 'idle' });
    const told = await stop();
    expect(await reader!.inbox.take(told.length)).toEqual(told);
    expect(reader!.client.state).toMatchObject({ name: 'live', heldBy: 'another-tab' });
    idle.tab.close();
    expect(await nextLeader([reader!])).toBe(reader);
    await until(() => app.connections() === 1);
    reader!.subscription.close();
    await until(() => app.connections() === 0);
  });
});
