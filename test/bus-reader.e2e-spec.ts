import { describe, expect, it } from '@jest/globals';
import type { LogEvent } from 'nestjs-realtime';
import { ids } from './contracts/engine/log-access.js';
import { BusKit, type OpenReader } from './support/bus-kit.js';
import { CollectingSink, type Told } from './support/collecting-sink.js';
import { Gate } from './support/gate.js';
import { turns } from './support/turns.js';

function kinds(sink: CollectingSink): Told['kind'][] {
  return sink.told.map(({ kind }) => kind);
}

describe('a reader', () => {
  it('from now on begins at the call', async () => {
    const kit = await BusKit.start();
    await kit.publish();
    const { reader, sink } = kit.reader();
    expect(reader.cursor).toBeUndefined();
    const started = reader.start('latest');
    const event = await kit.publish();
    await started;
    await sink.has(event.id);
    expect(ids(sink.events)).toEqual([event.id]);
  });

  it('is told once that it is live, where history ended', async () => {
    const kit = await BusKit.start();
    const event = await kit.publish();
    const { reader, sink } = await kit.open(['a'], 'earliest');
    expect(sink.told).toMatchObject([{ kind: 'events' }, { kind: 'live', cursor: event.position }]);
    expect(reader.isLive).toBe(true);
    expect(reader.cursor).toEqual(event.position);
  });

  it('with a long history lets the others have their turn', async () => {
    const kit = await BusKit.start();
    for (let index = 0; index < 2_600; index++) await kit.publish();
    const { reader, sink } = kit.reader();
    const started = reader.start('earliest');
    let passed = 0;
    for (; sink.events.length < 2_600 && passed < 100; passed++) await turns();
    expect(passed).toBeGreaterThanOrEqual(10);
    await started;
    expect(sink.events).toHaveLength(2_600);
  });

  it('joins with many others while events are published, and each gets every event once', async () => {
    const kit = await BusKit.start();
    const places = [await kit.engine.head()];
    const log: LogEvent[] = [];
    const readers: (OpenReader & { from: number })[] = [];
    for (let index = 0; index < 300; index++) {
      const from = (index * 7) % places.length;
      const open = kit.reader(index % 3 ? ['a'] : ['a', 'b']);
      void open.reader.start(places[from]!);
      readers.push({ ...open, from });
      log.push(await kit.publish(index % 5 ? 'a' : 'b'));
      places.push(log.at(-1)!.position);
      await turns(index % 4 === 0 ? 1 : 0);
    }
    const last = await kit.publish('a');
    log.push(last);
    for (const [index, { sink, from }] of readers.entries()) {
      await sink.has(last.id);
      const wanted = log.slice(from).filter(({ topic }) => index % 3 === 0 || topic === 'a');
      expect(ids(sink.events)).toEqual(ids(wanted));
    }
  });
});

describe('a sink that is full', () => {
  it('is left alone until it has drained, and then reads on from the log', async () => {
    const kit = await BusKit.start();
    const { reader, sink } = await kit.open();
    const other = await kit.open();
    sink.accepts = () => false;
    const first = await kit.publish();
    await sink.has(first.id);
    expect(reader.isLive).toBe(false);
    expect(reader.cursor).toEqual(first.position);
    const more = [await kit.publish(), await kit.publish()];
    await other.sink.has(more[1]!.id);
    expect(ids(sink.events)).toEqual([first.id]);
    sink.accepts = () => true;
    reader.resume();
    reader.resume();
    const last = await kit.publish();
    await sink.has(last.id);
    expect(ids(sink.events)).toEqual(ids([first, ...more, last]));
    expect(ids(other.sink.events)).toEqual(ids(sink.events));
    expect(kinds(sink).filter((kind) => kind === 'live')).toHaveLength(1);
    expect(sink.resets).toEqual([]);
  });

  it('in the middle of history reads on page by page', async () => {
    const kit = await BusKit.start();
    const log = [];
    for (let index = 0; index < 600; index++) log.push(await kit.publish());
    const sink = new CollectingSink();
    sink.accepts = () => false;
    const { reader } = await kit.open(['a'], 'earliest', sink);
    expect(sink.events).toHaveLength(256);
    reader.resume();
    await sink.has(log[511]!.id);
    expect(sink.events).toHaveLength(512);
    sink.accepts = () => true;
    reader.resume();
    await sink.inbox.until(({ kind }) => kind === 'live');
    expect(ids(sink.events)).toEqual(ids(log));
  });

  it('is reset when the log has moved past it', async () => {
    const kit = await BusKit.start({ maxEvents: 2 });
    const { reader, sink } = await kit.open();
    sink.accepts = () => false;
    const first = await kit.publish();
    await sink.has(first.id);
    for (let index = 0; index < 4; index++) await kit.publish();
    const head = await kit.engine.head();
    sink.accepts = () => true;
    reader.resume();
    await sink.inbox.until(({ kind }) => kind === 'live');
    const last = await kit.publish();
    await sink.has(last.id);
    expect(sink.told.slice(2)).toMatchObject([
      { kind: 'reset', reason: 'expired', cursor: head },
      { kind: 'live', cursor: head },
      { kind: 'events', cursor: last.position },
    ]);
    expect(ids(sink.events)).toEqual([first.id, last.id]);
  });

  it('is not disturbed by resume() when it is not', async () => {
    const kit = await BusKit.start();
    const { reader, sink } = kit.reader();
    reader.resume();
    await reader.start('latest');
    reader.resume();
    const event = await kit.publish();
    await sink.has(event.id);
    reader.close();
    reader.resume();
    await turns(3);
    expect(kinds(sink)).toEqual(['live', 'events']);
  });
});

describe('a reset', () => {
  it('is awaited before events go on after it', async () => {
    const kit = await BusKit.start({ maxEvents: 1 });
    const start = await kit.engine.head();
    await kit.publish();
    const second = await kit.publish();
    const gate = new Gate();
    class Slow extends CollectingSink {
      override async reset(...args: Parameters<CollectingSink['reset']>): Promise<void> {
        super.reset(...args);
        await gate.pass();
      }
    }
    const { reader, sink } = kit.reader(['a'], new Slow());
    const started = reader.start(start);
    expect(await sink.inbox.next()).toMatchObject({ kind: 'reset', cursor: second.position });
    const third = await kit.publish();
    await turns(3);
    expect(kinds(sink)).toEqual(['reset']);
    gate.open();
    await started;
    expect(kinds(sink)).toEqual(['reset', 'events', 'live']);
    expect(ids(sink.events)).toEqual([third.id]);
  });
});
