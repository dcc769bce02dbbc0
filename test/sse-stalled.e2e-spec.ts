import { describe, expect, it } from '@jest/globals';
import { AllReaders } from './support/all-readers.js';
import { ADAPTERS, type RunningApp, startApp } from './support/app.js';
import { census } from './support/census.js';
import { memoryInUse } from './support/memory.js';
import { openSse, type SseClient, type SseMessage } from './support/sse-client.js';
import { turns } from './support/turns.js';

const MB = 1024 * 1024;

/** Publishes 100 MB in events of `bytes`, as fast as `reader` hears them. Resolves to the most memory it took. */
async function publishPast(app: RunningApp, reader: SseClient, bytes: number): Promise<number> {
  const data = 'x'.repeat(bytes);
  const { external } = memoryInUse();
  let most = 0;
  for (let megabytes = 1; megabytes <= 100; megabytes++) {
    const ids: string[] = [];
    for (let n = 0; n < MB; n += bytes) ids.push((await app.bus.publish('a', data)).id);
    expect((await reader.messages.take(ids.length)).map(({ id }) => id)).toEqual(ids);
    if (megabytes % 10 === 0) most = Math.max(most, memoryInUse().external - external);
  }
  return most;
}

/** Ids, and control events by their names. */
const outline = (messages: readonly SseMessage[]) =>
  messages.map(({ id, event }) => (event === 'message' ? id : event));

describe.each(ADAPTERS)('a stream that is not read on %s', (adapter) => {
  const start = async (maxBytes: number) => {
    const retention = { maxEvents: 100_000, maxBytes };
    const app = await startApp({ adapter, controllers: [AllReaders], realtime: { retention } });
    const [stalled, reader] = [
      await openSse(`${app.url}/readers/sse-log`),
      await openSse(`${app.url}/readers/sse-log`),
    ];
    await stalled.messages.next();
    await reader.messages.next();
    stalled.response.pause();
    return Object.assign(app, { stalled, reader });
  };

  it.each([
    ['16 KB', 16 * 1024],
    ['1 MB', MB],
  ])('costs no more memory though 100 MB of %s events go past, and is told so', async (_, bytes) => {
    await using app = await start(8 * MB);
    const most = await publishPast(app, app.reader, bytes);
    expect(most).toBeLessThan(6 * MB);

    app.stalled.response.resume();
    const told = await app.stalled.messages.until(({ event }) => event === '$live');
    const ids = outline(told);
    const at = ids.indexOf('$reset');
    expect(JSON.parse(told[at]!.data)).toMatchObject({ reason: 'expired', cursor: told[at]!.id });
    expect(ids.slice(at)).toEqual(['$reset', '$live']);
    const { id } = await app.bus.publish('a', 'sentinel');
    expect((await app.stalled.messages.next()).id).toBe(id);
    for (const client of [app.stalled, app.reader]) client.close();
  });

  it('gets everything, in order, while the log has it', async () => {
    await using app = await start(100 * MB);
    const events: string[] = [];
    const data = 'x'.repeat(16 * 1024);
    for (let n = 0; n < 2_000; n++) events.push((await app.bus.publish('a', data)).id);
    await app.reader.messages.take(2_000);
    app.stalled.response.resume();
    expect(outline(await app.stalled.messages.take(2_000))).toEqual(events);
    const { id } = await app.bus.publish('a', 'sentinel');
    expect((await app.stalled.messages.next()).id).toBe(id);
    for (const client of [app.stalled, app.reader]) client.close();
  });

  it('holds a page of what comes in one turn', async () => {
    await using app = await start(100 * MB);
    const { external } = memoryInUse();
    const data = 'x'.repeat(MB);
    const events = await Promise.all(Array.from({ length: 64 }, () => app.bus.publish('a', data)));
    await turns();
    expect(memoryInUse().external - external).toBeLessThan(6 * MB);
    const ids = events.map(({ id }) => id);
    expect(outline(await app.reader.messages.take(64))).toEqual(ids);
    app.stalled.response.resume();
    expect(outline(await app.stalled.messages.take(64))).toEqual(ids);
    for (const client of [app.stalled, app.reader]) client.close();
  });

  it('is cut off in the middle of an Observable, which cannot wait', async () => {
    await using app = await startApp({ adapter, controllers: [AllReaders] });
    const stalled = await openSse(`${app.url}/readers/sse-observable`);
    await stalled.messages.next();
    stalled.response.pause();
    const { messages } = app.nest.get(AllReaders);
    while (messages.observed) {
      messages.next('x'.repeat(MB));
      await turns();
    }
    stalled.response.resume();
    await stalled.ended;
    expect(census(app).connections).toBe(0);
  });
});
