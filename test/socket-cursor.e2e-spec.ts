import { describe, expect, it } from '@jest/globals';
import { ADAPTERS, type AppOptions, startApp } from './support/app.js';
import { hubUrl } from './support/hub-client.js';
import { OpenPolicy } from './support/open-policies.js';
import { openSocket, type SocketClient } from './support/socket-client.js';
import { subscribe } from './support/socket-story.js';
import { openSse } from './support/sse-client.js';
import { until } from './support/until.js';

const base: AppOptions = { providers: [OpenPolicy], realtime: { sse: { heartbeatMs: 150 } } };

/** Waits for the message that everything up to `id` has been sent. */
async function toldUpTo({ messages }: SocketClient, id: string): Promise<void> {
  await messages.until(({ name, body }) => name === 'cursor' && body === id);
}

describe.each(ADAPTERS)('the cursor of a quiet socket beside %s', (adapter) => {
  it('moves on, so that nothing it never heard of is missing when it comes back', async () => {
    const realtime = { ...base.realtime, retention: { maxBytes: 20_000 } };
    await using app = await startApp({ ...base, adapter, realtime });
    using client = await openSocket(app.url);
    const { cursor } = await subscribe(client, ['quiet']);
    let id = '';
    for (let index = 0; index < 100; index++)
      ({ id } = await app.bus.publish(`busy/${index}`, 'x'.repeat(500)));
    await toldUpTo(client, id);
    client.close();

    const next = await app.bus.publish('quiet', 1);
    using back = await openSocket(app.url);
    expect(await subscribe(back, ['quiet'], cursor)).toMatchObject({ recovered: false });
    expect(await subscribe(back, ['quiet'], id)).toMatchObject({ recovered: true });
    expect(await back.messages.until(({ name }) => name === 'events')).toContainEqual({
      name: 'events',
      body: [next],
    });
  });

  it('is one for all its topics', async () => {
    await using app = await startApp({ ...base, adapter });
    using client = await openSocket(app.url);
    await subscribe(client, ['a']);
    await subscribe(client, ['b', 'c']);
    for (let index = 0; index < 3; index++) await toldUpTo(client, (await app.bus.publish('d', index)).id);
    const { id } = await app.bus.publish('a', 'last');
    const told = await client.messages.until(({ name }) => name === 'events');
    expect(told).toMatchObject([{ body: [{ id }] }]);
  });

  it('is told once, however long nothing happens', async () => {
    await using app = await startApp({ ...base, adapter });
    using client = await openSocket(app.url);
    await subscribe(client, ['a']);
    await toldUpTo(client, (await app.bus.publish('b', 1)).id);
    // A stream tells its cursor with every heartbeat.
    using stream = await openSse(hubUrl(app.url, { topics: ['a'] }));
    await until(() => stream.text().match(/^id: /gm)?.length === 5);
    const { id } = await app.bus.publish('a', 'last');
    const told = await client.messages.until(({ name }) => name === 'events');
    expect(told).toMatchObject([{ body: [{ id }] }]);
  });

  it('is not told to who follows nothing', async () => {
    await using app = await startApp({ ...base, adapter });
    using idle = await openSocket(app.url);
    using busy = await openSocket(app.url);
    await subscribe(busy, ['a']);
    for (let index = 0; index < 3; index++) await toldUpTo(busy, (await app.bus.publish('b', index)).id);
    await subscribe(idle, ['a']);
    const { id } = await app.bus.publish('a', 'last');
    const heard = await idle.messages.until(({ name }) => name === 'events');
    expect(heard.at(-1)).toMatchObject({ body: [{ id }] });
    expect(heard.filter(({ name }) => name !== 'events' && name !== 'cursor')).toEqual([]);
  });
});
