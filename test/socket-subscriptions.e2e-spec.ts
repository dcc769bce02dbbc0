import { describe, expect, it } from '@jest/globals';
import { memoryEngine, type TopicEvent } from 'nestjs-realtime';
import { ADAPTERS, type AppOptions, startApp } from './support/app.js';
import { census, NOBODY, nobodyLeft } from './support/census.js';
import { failOver } from './support/fail-over.js';
import { FaultyEngine } from './support/faulty-engine.js';
import { Gate } from './support/gate.js';
import { OpenPolicy, StatePolicy } from './support/open-policies.js';
import { joinRaw } from './support/raw-socket.js';
import { openSocket } from './support/socket-client.js';
import { dataUntilEnd, subscribe } from './support/socket-story.js';
import { turns } from './support/turns.js';
import { until } from './support/until.js';

const base: AppOptions = { providers: [OpenPolicy, StatePolicy] };

describe.each(ADAPTERS)('a subscription beside %s', (adapter) => {
  it('is acknowledged before its first event, whatever is published meanwhile', async () => {
    await using app = await startApp({ ...base, adapter });
    const { id } = await app.bus.publish('a', 0);
    using client = await joinRaw(app.url);
    client.send(`42/realtime,7["subscribe",{"topics":["a"],"since":"${id}"}]`);
    for (let data = 1; data <= 50; data++) await app.bus.publish('a', data);
    expect(await client.frames.next()).toMatch(/^43\/realtime,7\[\{"ok":true/);
    expect(await client.frames.next()).toMatch(/^42\/realtime,\["events",\[/);
  });

  it('brings events whole, whatever their size', async () => {
    await using app = await startApp({ ...base, adapter });
    using client = await openSocket(app.url);
    await subscribe(client, ['a']);
    // Frames of a WebSocket say their length in three ways, which change at 126 and 65,536 bytes.
    const around = (size: number) => Array.from({ length: 40 }, (_, index) => size - 20 + index);
    const envelope = JSON.stringify({
      id: 'xxxxxxx-xxxxxxxx-0',
      topic: 'a',
      type: 'message',
      data: '',
      time: 'x'.repeat(24),
    });
    const frame = `42/realtime,["events",[${envelope}]]`.length;
    for (const length of [0, 1, ...around(65_536 - frame), 200_000]) {
      const data = `${'x'.repeat(length)}ü€😀`;
      await app.bus.publish('a', data);
      const { body } = await client.messages.next();
      expect((body as TopicEvent[])[0]?.data).toBe(data);
    }
  });

  it('hands its topics over to the next that names them, each delivered once', async () => {
    await using app = await startApp({ ...base, adapter });
    using client = await openSocket(app.url);
    await subscribe(client, ['a', 'b', 'c']);
    await app.bus.publish('a', 1);
    await subscribe(client, ['b', 'd']);
    await app.bus.publish('b', 2);
    await app.bus.publish('a', 3);
    expect(await client.ask('unsubscribe', { topics: ['a', 'unknown'] })).toEqual({ ok: true });
    await app.bus.publish('a', 'no');
    await app.bus.publish('c', 4);
    await subscribe(client, ['d']);
    await app.bus.publish('d', 5);
    await app.bus.publish('b', 'end');
    expect(await dataUntilEnd(client)).toEqual([1, 2, 3, 4, 5, 'end']);
    expect(census(app)).toMatchObject({ feeds: 3 });
    client.close();
    await nobodyLeft(app);
  });

  it('keeps its history when some of its topics leave before it is read', async () => {
    const gate = new Gate();
    const engine = new FaultyEngine(memoryEngine());
    await using app = await startApp({ ...base, adapter, realtime: { engine } });
    const { id } = await app.bus.publish('a', 0);
    await app.bus.publish('a', 1);
    await app.bus.publish('b', 2);
    using client = await openSocket(app.url);
    let reads = 0;
    // The first read looks whether there is a history at all.
    engine.around = async (operation, run) => {
      if (operation === 'read' && ++reads === 2) await gate.pass();
      return run();
    };
    await subscribe(client, ['a', 'b'], id);
    expect(await client.ask('unsubscribe', { topics: ['b'] })).toEqual({ ok: true });
    gate.open();
    await app.bus.publish('a', 'end');
    expect(await dataUntilEnd(client)).toEqual([1, 'end']);
  });

  it('is not touched by a subscribe that fails', async () => {
    await using app = await startApp({ ...base, adapter });
    app.nest.get(StatePolicy).load = () => Promise.reject(new Error('no state'));
    using client = await openSocket(app.url);
    await subscribe(client, ['a']);
    const failing = ['a', 'closed'];
    expect(await subscribe(client, failing)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(await subscribe(client, ['a', 'state'])).toMatchObject({
      ok: false,
      error: { code: 'internal' },
    });
    const many = Array.from({ length: 101 }, (_, index) => `t/${index}`);
    expect(await subscribe(client, many)).toMatchObject({ ok: false, error: { code: 'too-many-topics' } });
    expect(census(app)).toMatchObject({ feeds: 1 });
    await app.bus.publish('a', 'end');
    expect(await dataUntilEnd(client)).toEqual(['end']);
  });

  it('counts its topics once, however often they are subscribed to', async () => {
    const realtime = { limits: { topicsPerConnection: 2 } };
    await using app = await startApp({ ...base, adapter, realtime });
    using client = await openSocket(app.url);
    for (const topics of [['a', 'b'], ['b'], ['a', 'a'], ['b', 'a']]) {
      expect(await subscribe(client, topics)).toMatchObject({ ok: true });
    }
    expect(await subscribe(client, ['c'])).toMatchObject({ error: { code: 'too-many-topics' } });
    await client.ask('unsubscribe', { topics: ['a'] });
    expect(await subscribe(client, ['c'])).toMatchObject({ ok: true });
  });

  it('sends a state before the events that follow it, also when topics leave meanwhile', async () => {
    const gate = new Gate();
    const engine = new FaultyEngine(memoryEngine());
    await using app = await startApp({ ...base, adapter, realtime: { engine } });
    using client = await openSocket(app.url);
    await subscribe(client, ['state', 'a']);
    app.nest.get(StatePolicy).load = () => gate.pass();
    // Another log takes over.
    await failOver(engine);
    await app.bus.publish('state', 0);
    await until(() => gate.arrived === 1);
    const left = client.ask('unsubscribe', { topics: ['a'] });
    await app.bus.publish('state', 'end');
    await turns(20);
    gate.open();
    await left;
    expect(await dataUntilEnd(client)).toEqual(['snapshot', 'reset', 'snapshot', 'end']);
  });

  it('ends with its client while it is being decided', async () => {
    await using app = await startApp({ ...base, adapter });
    const gate = new Gate();
    app.nest.get(StatePolicy).load = () => gate.pass();
    using client = await joinRaw(app.url);
    client.send('42/realtime,["subscribe",{"topics":["state"]}]');
    await until(() => gate.arrived === 1);
    client.tcp.resetAndDestroy();
    await nobodyLeft(app);
    gate.open();
    await app.bus.publish('state', 1);
    expect(census(app)).toEqual(NOBODY);
  });
});
