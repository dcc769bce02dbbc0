import { describe, expect, it } from '@jest/globals';
import { ADAPTERS, type AppOptions, startApp } from './support/app.js';
import { census } from './support/census.js';
import { OpenPolicy, StatePolicy } from './support/open-policies.js';
import { openSocket } from './support/socket-client.js';
import { dataUntilEnd, subscribe } from './support/socket-story.js';

const base: AppOptions = { providers: [OpenPolicy, StatePolicy] };

describe.each(ADAPTERS)('subscribe since, beside %s', (adapter) => {
  it('a cursor gives everything after it, and says so', async () => {
    await using app = await startApp({ ...base, adapter });
    const first = await app.bus.publish('a', 1);
    await app.bus.publish('b', 2);
    await app.bus.publish('other', 3);
    using client = await openSocket(app.url);
    const ack = await subscribe(client, ['b', 'a', 'a'], first.id);
    expect(ack).toEqual({ ok: true, cursor: first.id, recovered: true });
    await app.bus.publish('a', 'end');
    expect(await dataUntilEnd(client)).toEqual([2, 'end']);
  });

  it('earliest gives all that is kept, and a cursor that is no later', async () => {
    await using app = await startApp({ ...base, adapter });
    await app.bus.publish('a', 1);
    await app.bus.publish('a', 'end');
    using client = await openSocket(app.url);
    const { cursor, recovered } = await subscribe(client, ['a'], 'earliest');
    expect(recovered).toBe(true);
    expect(await dataUntilEnd(client)).toEqual([1, 'end']);
    await subscribe(client, ['a'], cursor);
    expect(await dataUntilEnd(client)).toEqual([1, 'end']);
  });

  it.each(['nothing', 'latest', null])('%s begins now, with the state', async (since) => {
    await using app = await startApp({ ...base, adapter });
    const { id } = await app.bus.publish('state', 1);
    using client = await openSocket(app.url);
    const ack = await subscribe(client, ['state'], since === 'nothing' ? undefined : (since as string));
    expect(ack).toEqual({ ok: true, cursor: id, recovered: false, snapshot: true });
    const body = { cursor: id, states: { state: 'the state' } };
    expect(await client.messages.next()).toEqual({ name: 'snapshot', body });
    await app.bus.publish('state', 'end');
    expect(await dataUntilEnd(client)).toEqual(['end']);
  });

  it('what the log no longer has is a reset, and then the state', async () => {
    await using app = await startApp({ ...base, adapter, realtime: { retention: { maxEvents: 2 } } });
    const expired = await app.bus.publish('state', 1);
    for (const data of [2, 3, 4]) await app.bus.publish('state', data);
    const { id } = await app.bus.publish('b', 5);
    const [epoch, ms = ''] = id.split('-');
    const cursors = { expired: expired.id, ahead: `${epoch}-z${ms}-0`, epoch: `x${epoch}-${ms}-0` };
    using client = await openSocket(app.url);
    for (const [reason, since] of Object.entries(cursors)) {
      const ack = await subscribe(client, ['b', 'state'], since);
      expect(ack).toEqual({ ok: true, cursor: id, recovered: false });
      const body = { topics: ['b', 'state'], reason, cursor: id, snapshot: true };
      expect(await client.messages.next()).toEqual({ name: 'reset', body });
      expect(await client.messages.next()).toMatchObject({ name: 'snapshot', body: { cursor: id } });
    }
    await app.bus.publish('b', 'end');
    expect(await dataUntilEnd(client)).toEqual(['end']);
  });

  it.each(['', 'nonsense', '-1', 'a-b', 'x'.repeat(1_000), '2026-11-24T12:00:00.000Z'])(
    'garbage (%j) is an error',
    async (since) => {
      await using app = await startApp({ ...base, adapter });
      using client = await openSocket(app.url);
      const code = 'cursor-malformed';
      expect(await subscribe(client, ['a'], since)).toMatchObject({ ok: false, error: { code } });
      expect(census(app)).toMatchObject({ feeds: 0 });
    },
  );
});
