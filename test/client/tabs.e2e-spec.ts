import { describe, expect, it } from '@jest/globals';
import { byToken } from '../support/by-token.js';
import { until } from '../support/until.js';
import { EACH, hear } from './client-kit.js';
import { isLive, read, readMany, startTabsApp } from './tabs-app.js';
import { TestBrowser } from './tabs-kit.js';

const numbers = (count: number) => Array.from({ length: count }, (_, at) => `a ${at + 1}`);

describe.each(EACH)('tabs of one browser by %s', (transport) => {
  const options = (url: string) => ({ url, transports: [transport], waitS: 1 });

  it('share one connection, and each is told everything', async () => {
    await using app = await startTabsApp();
    using browser = new TestBrowser();
    const readers = await readMany(10, browser, options(app.url));
    for (let n = 1; n <= 100; n++) await app.bus.publish('a', n);
    for (const { inbox } of readers) expect(await inbox.take(100)).toEqual(numbers(100));
    const holders = readers.map(({ client }) => client.state.heldBy);
    expect(holders.sort()).toEqual([...Array<string>(9).fill('another-tab'), 'this-tab']);
    // The server may not have seen yet that an earlier request was given up.
    await until(() => app.connections() <= 1);
  });

  it('may open late, and follow what nobody else does', async () => {
    await using app = await startTabsApp();
    using browser = new TestBrowser();
    const [first] = await readMany(2, browser, options(app.url));
    for (let n = 1; n <= 3; n++) await app.bus.publish('a', n);
    const late = read(browser, options(app.url), ['a', 'state/1']);
    expect(await late.inbox.next()).toBe('snapshot {"state/1":"none"}');
    const early = read(browser, options(app.url), ['a', 'b'], 'earliest');
    await early.inbox.until((told) => told === 'a 3');
    await app.bus.publish('state/1', 1);
    await app.bus.publish('b', 2);
    await app.bus.publish('a', 4);
    expect(await late.inbox.take(2)).toEqual(['state/1 1', 'a 4']);
    expect(await early.inbox.take(2)).toEqual(['b 2', 'a 4']);
    expect(await first!.inbox.take(4)).toEqual(numbers(4));
  });

  it('are refused alone', async () => {
    await using app = await startTabsApp();
    using browser = new TestBrowser();
    const readers = await readMany(2, browser, options(app.url));
    const refused = read(browser, options(app.url), 'closed/1');
    expect(await refused.inbox.next()).toBe('error forbidden');
    expect(await hear(refused.client, 'closed/2').inbox.next()).toBe('error forbidden');
    const again = hear(refused.client, 'a', 'earliest').inbox;
    await app.bus.publish('a', 1);
    for (const inbox of [...readers.map(({ inbox }) => inbox), again]) expect(await inbox.next()).toBe('a 1');
  });

  it('publish through the one that is connected', async () => {
    await using app = await startTabsApp();
    using browser = new TestBrowser();
    const [one, another] = await readMany(2, browser, options(app.url));
    const { inbox } = hear(one!.client, 'chat', 'earliest');
    const id = await another!.client.publish({ topic: 'chat', data: { at: new Date(0) } });
    expect(await inbox.next()).toBe('chat {"at":"1970-01-01T00:00:00.000Z"}');
    const { events } = await app.bus.read('chat', { since: 'earliest' });
    expect(events.map((event) => event.id.toString())).toEqual([id]);
    await expect(another!.client.publish({ topic: 'a' })).rejects.toMatchObject({
      name: 'RealtimeClientError',
      code: 'forbidden',
    });
  });
});

describe('tabs of one browser', () => {
  it('do not share between tokens, but between those of one user if told so', async () => {
    await using app = await startTabsApp({ authenticate: byToken });
    using browser = new TestBrowser();
    const { url } = app;
    const readers = [
      read(browser, { url, auth: 'alice' }),
      read(browser, { url, auth: async () => 'alice' }),
      read(browser, { url, auth: 'bob' }),
      read(browser, { url, auth: 'carol', shareKey: 'one' }),
      read(browser, { url, auth: 'dave', shareKey: 'one' }),
      read(browser, { url, auth: 'alice', shareKey: 'alice' }),
    ];
    for (const { states } of readers) await states.until(isLive);
    const holders = readers.map(({ client }) => client.state.heldBy === 'this-tab');
    expect(holders.slice(0, 2).sort()).toEqual([false, true]);
    expect(holders[2]).toBe(true);
    expect(holders.slice(3, 5).sort()).toEqual([false, true]);
    expect(holders[5]).toBe(true);
    expect(app.connections()).toBe(4);
  });

  it('do not share with another server, nor if they are not to', async () => {
    await using app = await startTabsApp();
    await using other = await startTabsApp();
    using browser = new TestBrowser();
    const readers = [
      read(browser, { url: app.url }),
      read(browser, { url: other.url }),
      read(browser, { url: app.url, transports: ['sse'] }),
      read(browser, { url: app.url, shareTabs: false }),
    ];
    for (const { states } of readers) await states.until(isLive);
    const holders = readers.map(({ client }) => client.state.heldBy);
    expect(holders).toEqual(['this-tab', 'this-tab', 'this-tab', undefined]);
    expect([app.connections(), other.connections()]).toEqual([3, 1]);
  });
});
