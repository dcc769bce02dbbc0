import { expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import type { TransportName } from 'nestjs-realtime-client';
import { io } from 'socket.io-client';
import { EACH, hear, openClient, type TestClient } from './client-kit.js';
import { IMPATIENT, Numbers, startServer, TOPICS } from './network-kit.js';
import { describeBehind, startProxy } from './reverse-proxy.js';

/** The files of the guide, and what works through each. */
const PROXIES: readonly (readonly [string, readonly TransportName[]])[] = [
  ['nginx.conf', ['websocket', 'sse', 'long-poll', 'short-poll']],
  ['nginx-defaults.conf', ['sse', 'long-poll', 'short-poll']],
  ['haproxy.cfg', ['websocket', 'sse', 'long-poll', 'short-poll']],
  ['haproxy-defaults.cfg', ['websocket', 'sse', 'long-poll', 'short-poll']],
];

for (const [file, working] of PROXIES) {
  describeBehind(file)(`behind ${file}`, () => {
    it(`by whatever works, ${working[0]}: every event once, in order`, async () => {
      await using app = await startServer();
      await using proxy = await startProxy(file, app.port);
      using client = openClient({ url: proxy.url, ...IMPATIENT });
      const { inbox } = hear(client, TOPICS);
      const { transport } = await live(client);
      expect(transport).toBe(working[0]);
      const numbers = new Numbers(() => app);
      await numbers.exchange(inbox, 1);
      await numbers.exchange(inbox, 2_000);
      expect(numbers.heard).toEqual(numbers.published);
    });

    it.each(EACH.filter(([transport]) => working.includes(transport)))(
      'by %s: each event as it comes',
      async (transport) => {
        await using app = await startServer();
        await using proxy = await startProxy(file, app.port);
        using client = openClient({ url: proxy.url, transports: [transport], ...IMPATIENT });
        const { inbox } = hear(client, TOPICS);
        await live(client);
        const numbers = new Numbers(() => app);
        for (let n = 0; n < 3; n++) await numbers.exchange(inbox, 1);
        await client.publish({ topic: TOPICS[0]!, data: 'hello' });
        expect(await inbox.next()).toBe(`${TOPICS[0]!} "hello"`);
        expect(numbers.heard).toEqual(numbers.published);
      },
    );
  });
}

for (const file of ['nginx.conf', 'haproxy.cfg']) {
  describeBehind(file)(`behind ${file}`, () => {
    it("a page's WebSocket comes from the server's own origin", async () => {
      await using app = await startServer();
      await using proxy = await startProxy(file, app.port);
      const options = { path: '/realtime/socket.io', transports: ['websocket'], forceNew: true };
      const own = io(`${proxy.url}/realtime`, { ...options, extraHeaders: { Origin: proxy.url } });
      await new Promise<void>((resolve, reject) => own.on('connect', resolve).on('connect_error', reject));
      own.disconnect();
      const foreign = io(`${proxy.url}/realtime`, { ...options, extraHeaders: { Origin: 'http://evil' } });
      await new Promise((resolve) => foreign.on('connect_error', resolve));
      expect(foreign.disconnect().connected).toBe(false);
    });
  });
}

it('the guide shows these files, and there are no others', async () => {
  const guides = new URL('../../docs/guides/', import.meta.url);
  const files = await readdir(new URL('proxies/', guides));
  expect(files.toSorted()).toEqual(PROXIES.map(([file]) => file).toSorted());
  const guide = await readFile(new URL('behind-a-proxy.md', guides), 'utf8');
  for (const file of ['nginx.conf', 'haproxy.cfg']) {
    expect(guide).toContain((await readFile(new URL(`proxies/${file}`, guides), 'utf8')).trim());
  }
});

async function live(client: TestClient) {
  return (await client.states.until(({ name }) => name === 'live')).at(-1)!;
}
