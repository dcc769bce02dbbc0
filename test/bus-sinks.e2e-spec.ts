import { describe, expect, it } from '@jest/globals';
import { ids } from './contracts/engine/log-access.js';
import { BusKit } from './support/bus-kit.js';
import { CollectingSink, type Told } from './support/collecting-sink.js';
import { turns } from './support/turns.js';

/** A sink that does something when it is told something. */
class ActingSink extends CollectingSink {
  constructor(
    private readonly on: Told['kind'],
    public act: () => void = () => {},
  ) {
    super();
  }

  override write(...args: Parameters<CollectingSink['write']>): boolean {
    const accepts = super.write(...args);
    if (this.on === 'events') this.act();
    return accepts;
  }

  override reset(...args: Parameters<CollectingSink['reset']>): void {
    super.reset(...args);
    if (this.on === 'reset') this.act();
  }

  override live(...args: Parameters<CollectingSink['live']>): void {
    super.live(...args);
    if (this.on === 'live') this.act();
  }

  override fail(error: unknown): void {
    super.fail(error);
    if (this.on === 'fail') this.act();
  }
}

/** A log whose beginning was trimmed, and an acting reader of all of it that is not started. */
async function trimmedLog(kit: BusKit, sink: CollectingSink) {
  const start = await kit.engine.head();
  await kit.publish();
  await kit.publish();
  return { ...kit.reader(['a'], sink), start };
}

describe('a reader that is closed', () => {
  it.each<Told['kind']>(['reset', 'live', 'events'])(
    'from within its sink, at %s, is told nothing more',
    async (kind) => {
      const kit = await BusKit.start({ maxEvents: 1 });
      const { sink: other } = await kit.open();
      const sink = new ActingSink(kind);
      const { reader, start } = await trimmedLog(kit, sink);
      sink.act = () => reader.close();
      await reader.start(start);
      const last = await kit.publish();
      await other.has(last.id);
      await turns();
      expect(sink.told.map((told) => told.kind)).toEqual(
        { reset: ['reset'], live: ['reset', 'live'], events: ['reset', 'live', 'events'] }[kind as 'reset'],
      );
      expect(reader.isLive).toBe(false);
      expect([kit.feeds.size, kit.engine.listening]).toEqual([1, 1]);
    },
  );

  it('in the middle of history is told nothing more, whatever its sink answers', async () => {
    const kit = await BusKit.start();
    for (let index = 0; index < 600; index++) await kit.publish();
    for (const accepts of [true, false]) {
      const sink = new ActingSink('events');
      sink.accepts = () => accepts;
      const { reader } = kit.reader(['a'], sink);
      sink.act = () => reader.close();
      await reader.start('earliest');
      reader.resume();
      await turns(2);
      expect(sink.told).toHaveLength(1);
    }
    expect(kit.feeds.size).toBe(0);
  });

  it('before it began, while it lags, or while it reads is told nothing more', async () => {
    const kit = await BusKit.start();
    const unstarted = kit.reader();
    unstarted.reader.close();
    await unstarted.reader.start('earliest');
    const lagging = await kit.open();
    lagging.sink.accepts = () => false;
    const event = await kit.publish();
    await lagging.sink.has(event.id);
    lagging.reader.close();
    lagging.reader.resume();
    const reading = kit.reader();
    const started = reading.reader.start('earliest');
    reading.reader.close();
    await started;
    await kit.publish();
    await turns(2);
    expect([unstarted, lagging, reading].map(({ sink }) => sink.told.length)).toEqual([0, 2, 0]);
    expect([kit.feeds.size, kit.engine.listening]).toEqual([0, 0]);
  });

  it('while the log fails is told nothing more', async () => {
    const kit = await BusKit.start();
    const { reader, sink } = kit.reader();
    kit.engine.around = async (operation, run) => {
      if (operation !== 'read') return run();
      await turns();
      throw new Error('gone');
    };
    const started = reader.start('earliest');
    reader.close();
    await started;
    expect(sink.told).toEqual([]);
  });

  it('by another in the same turn does not get that turn, and claims no more than it got', async () => {
    const kit = await BusKit.start();
    const sink = new ActingSink('events');
    await kit.open(['a'], 'latest', sink);
    const second = await kit.open();
    const third = await kit.open();
    sink.act = () => second.reader.close();
    const before = second.reader.cursor;
    const event = await kit.publish();
    await third.sink.has(event.id);
    expect(second.sink.events).toEqual([]);
    expect(second.reader.cursor).toEqual(before);
  });
});

describe('a sink that throws', () => {
  const broken = new Error('broken');
  const throws = () => {
    throw broken;
  };

  it.each<Told['kind']>(['reset', 'live', 'events'])('at %s ends its own reader only', async (kind) => {
    const kit = await BusKit.start({ maxEvents: 1 });
    const before = await kit.open();
    const sink = new ActingSink(kind, throws);
    const { reader, start } = await trimmedLog(kit, sink);
    await reader.start(start);
    const after = await kit.open();
    const other = await kit.open(['a', 'b']);
    const event = await kit.publish();
    for (const { sink: healthy } of [before, after, other]) await healthy.has(event.id);
    expect(ids(after.sink.events)).toEqual([event.id]);
    expect(sink.told.filter((told) => told.kind === 'fail')).toEqual([{ kind: 'fail', error: broken }]);
    expect(sink.told.at(-1)?.kind).toBe('fail');
    for (const { reader: healthy } of [before, after, other]) healthy.close();
    expect(kit.feeds.size).toBe(0);
  });

  it('in the middle of history ends its reader', async () => {
    const kit = await BusKit.start();
    await kit.publish();
    const sink = new ActingSink('events', throws);
    await kit.open(['a'], 'earliest', sink);
    expect(sink.told.map(({ kind }) => kind)).toEqual(['events', 'fail']);
    expect(kit.feeds.size).toBe(0);
  });

  it('by rejecting a reset ends its reader', async () => {
    const kit = await BusKit.start({ maxEvents: 1 });
    class Rejecting extends CollectingSink {
      override async reset(): Promise<void> {
        await turns();
        throw broken;
      }
    }
    const { reader, sink, start } = await trimmedLog(kit, new Rejecting());
    await reader.start(start);
    expect(sink.told).toEqual([{ kind: 'fail', error: broken }]);
    expect(kit.feeds.size).toBe(0);
  });
});
