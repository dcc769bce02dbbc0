import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { TopicEvent } from 'nestjs-realtime-protocol';
import { io } from 'socket.io-client';
import { launchBrowser } from '../demo/browser.js';
import type { RunningApp } from '../support/app.js';
import { describeInChromium } from '../support/chromium.js';
import { HostileProxy, type Treatment } from '../support/hostile-proxy.js';
import { Inbox } from '../support/inbox.js';
import { withSeed } from '../support/seeded-random.js';
import { anything } from '../support/treatments.js';
import { until } from '../support/until.js';
import { bundlePage } from './bundle.js';
import { EACH } from './client-kit.js';
import { IMPATIENT, Numbers, startServer, TOPICS } from './network-kit.js';
import { describeBehind, startProxy } from './reverse-proxy.js';

/** What a page hears is told when the last event was heard. */
const PAGE = `
  import { createRealtimeClient } from 'nestjs-realtime-client';

  function listener(name) {
    const heard = [];
    return {
      onEvent({ topic, data }) {
        if (data === 'last') tell({ name, heard });
        else heard.push(topic + ' ' + data);
      },
      onReset: (reason) => heard.push('reset ' + reason),
    };
  }

  globalThis.follow = (name, options, topics) =>
    createRealtimeClient(options).subscribe(topics, { since: 'earliest', ...listener(name) });

  globalThis.followByEventSource = (topics) => {
    const query = new URLSearchParams(topics.map((topic) => ['topic', topic]));
    const source = new EventSource('/realtime/events?since=earliest&' + query);
    const { onEvent, onReset } = listener('EventSource');
    source.onmessage = ({ data }) => onEvent(JSON.parse(data));
    source.addEventListener('$reset', ({ data }) => onReset(JSON.parse(data).reason));
  };
`;

interface Told {
  readonly name: string;
  readonly heard: readonly string[];
}

/** What is said in the page. */
interface PageWindow {
  follow(name: string, options: object, topics: readonly string[]): void;
  followByEventSource(topics: readonly string[]): void;
}

describeInChromium('in a real browser', () => {
  let browser: Browser;
  let code: string;

  beforeAll(async () => {
    [browser, code] = await Promise.all([launchBrowser(), bundlePage(PAGE)]);
  });

  afterAll(() => browser?.close());

  /** A page of the server's own: browsers keep others away from what is on this machine. */
  async function openPage(url: string): Promise<{ page: Page; told: Inbox<Told> }> {
    const page = await browser.newPage();
    const told = new Inbox<Told>();
    page.on('pageerror', told.fail);
    await page.exposeFunction('tell', told.push);
    // Nothing is there, which is a page, too.
    await page.goto(`${url}/page`);
    await page.addScriptTag({ type: 'module', content: code });
    await page.waitForFunction('globalThis.follow !== undefined');
    return { page, told };
  }

  it('the client tells thousands of events once and in order, on a network where anything may happen', () =>
    withSeed(async (random) => {
      await using app = await startServer();
      let isHostile = false;
      const fated = anything(random.fork());
      const treat: Treatment = (exchange) => (isHostile ? fated(exchange) : exchange.pass());
      await using proxy = await HostileProxy.start(() => app.port, treat);
      const { page, told } = await openPage(proxy.url);
      isHostile = true;
      const names = [...EACH, EACH.flat()].map((transports) => transports.join());
      for (const name of names) {
        await page.evaluate(follow, { name, transports: name.split(','), ...OPTIONS });
      }
      const numbers = new Numbers(() => app);
      for (let part = 0; part < 20; part++) {
        const seen = proxy.seen.length;
        await numbers.publish(150);
        await until(() => proxy.seen.length > seen + 2);
        // What stalls ends, and everybody has to come back.
        proxy.cut();
      }
      isHostile = false;
      proxy.cut();
      await app.bus.publish(TOPICS[0]!, 'last');
      const heard = await told.take(names.length);
      expect(heard.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
      for (const story of heard) expect(story).toEqual({ name: story.name, heard: numbers.published });
      await page.close();
    }));

  it("the browser's own EventSource and a plain socket.io-client are told the same", async () => {
    await using app = await startServer({ sse: { heartbeatMs: 50, retryMs: 20 } });
    await using proxy = await HostileProxy.start(() => app.port);
    const { page, told } = await openPage(proxy.url);
    await page.evaluate(follow, { name: 'client', transports: EACH.flat(), ...OPTIONS });
    await page.evaluate(followByEventSource, TOPICS);
    const plain = followPlainly(proxy.url, told.push);
    const numbers = new Numbers(() => app);
    for (let part = 0; part < 5; part++) {
      await numbers.publish(400);
      proxy.cut();
    }
    await lastOf(app);
    const heard = await told.take(3);
    expect(heard.map(({ name }) => name).toSorted()).toEqual(['EventSource', 'client', 'socket.io']);
    for (const story of heard) expect(story).toEqual({ name: story.name, heard: numbers.published });
    plain.disconnect();
    await page.close();
  });

  for (const file of ['nginx.conf', 'haproxy.cfg']) {
    describeBehind(file)(`behind ${file}`, () => {
      it('a page is told thousands of events by a WebSocket', async () => {
        await using app = await startServer();
        await using proxy = await startProxy(file, app.port);
        const { page, told } = await openPage(proxy.url);
        await page.evaluate(follow, { name: 'client', transports: ['websocket'], ...OPTIONS });
        const numbers = new Numbers(() => app);
        await numbers.publish(2_000);
        await lastOf(app);
        expect((await told.next()).heard).toEqual(numbers.published);
        await page.close();
      });
    });
  }

  // So the client reads streams by fetch, wherever it runs.
  it('an EventSource is told nothing of a type that it does not listen to; the client is', async () => {
    await using app = await startServer();
    await using proxy = await HostileProxy.start(() => app.port);
    const { page, told } = await openPage(proxy.url);
    await page.evaluate(follow, { name: 'client', transports: ['sse'], ...OPTIONS });
    await page.evaluate(followByEventSource, TOPICS);
    await app.bus.publish(TOPICS[0]!, 1, { type: 'order.ready' });
    await lastOf(app);
    const heard = Object.fromEntries((await told.take(2)).map(({ name, heard }) => [name, heard]));
    expect(heard).toEqual({ EventSource: [], client: [`${TOPICS[0]!} 1`] });
    await page.close();
  });
});

/** Chromium holds WebSockets back for up to 5 s where many have failed. */
const TIMING = { ...IMPATIENT.timing, answerMs: 10_000 };
const OPTIONS = { waitS: 1, timing: TIMING, shareTabs: false, topics: TOPICS };

function follow({ name, topics, ...options }: typeof OPTIONS & { name: string; transports: string[] }): void {
  (globalThis as unknown as PageWindow).follow(name, options, topics);
}

function followByEventSource(topics: readonly string[]): void {
  (globalThis as unknown as PageWindow).followByEventSource(topics);
}

function lastOf(app: RunningApp): Promise<TopicEvent> {
  return app.bus.publish(TOPICS[0]!, 'last');
}

/** As docs/PROTOCOL.md says, section Socket: nothing of ours is used. */
function followPlainly(url: string, tell: (told: Told) => void) {
  const heard: string[] = [];
  let since = 'earliest';
  const socket = io(`${url}/realtime`, {
    path: '/realtime/socket.io',
    transports: ['websocket'],
    reconnectionDelay: 20,
    reconnectionDelayMax: 100,
  });
  socket.on('connect', () => socket.emit('subscribe', { topics: TOPICS, since }, () => {}));
  socket.on('events', (events: TopicEvent[]) => {
    for (const { id, topic, data } of events) {
      since = id;
      if (data === 'last') tell({ name: 'socket.io', heard });
      else heard.push(`${topic} ${data as number}`);
    }
  });
  socket.on('cursor', (cursor: string) => (since = cursor));
  socket.on('reset', ({ reason }: { reason: string }) => heard.push(`reset ${reason}`));
  return socket;
}
