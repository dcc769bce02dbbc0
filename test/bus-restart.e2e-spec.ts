import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConsoleLogger, Logger } from '@nestjs/common';
import { memoryEngine } from 'nestjs-realtime';
import { ids } from './contracts/engine/log-access.js';
import { BusKit } from './support/bus-kit.js';
import type { CollectingSink } from './support/collecting-sink.js';
import { Gate } from './support/gate.js';

const GONE = new Error('gone');

let logged: unknown[];

beforeEach(() => {
  logged = [];
  Logger.overrideLogger({ log() {}, warn() {}, error: (message: unknown) => logged.push(message) });
});
afterEach(() => Logger.overrideLogger(new ConsoleLogger()));

function until(sink: CollectingSink, kind: 'reset' | 'live' | 'fail') {
  return sink.inbox.until((told) => told.kind === kind);
}

describe('when another log takes over', () => {
  it.each(['an event', 'a heartbeat'])('%s resets every live reader, which goes on', async (sign) => {
    const kit = await BusKit.start();
    const readers = [await kit.open(['a']), await kit.open(['a', 'b']), await kit.open(['a'])];
    const before = await kit.publish();
    for (const { sink } of readers) await sink.has(before.id);
    await kit.failOver();
    if (sign === 'an event') await kit.publish();
    else await kit.feeds.advance();
    for (const { sink } of readers) {
      await until(sink, 'reset');
      await until(sink, 'live');
    }
    const after = await kit.publish();
    for (const { sink } of readers) {
      await sink.has(after.id);
      expect(ids(sink.events)).toEqual([before.id, after.id]);
      expect(sink.resets).toEqual(['epoch']);
    }
    expect(kit.engine.listening).toBe(2);
  });

  it('a reader that joins finds out for all', async () => {
    const kit = await BusKit.start();
    const { sink } = await kit.open();
    await kit.failOver();
    let listens = 0;
    kit.engine.around = (operation, run) => {
      if (operation === 'listen') listens++;
      return run();
    };
    const [joining] = await Promise.all([kit.open(), kit.open(), kit.open()]);
    await until(sink, 'reset');
    expect(listens).toBe(1);
    const event = await kit.publish();
    for (const each of [sink, joining.sink]) {
      await each.has(event.id);
      expect(ids(each.events)).toEqual([event.id]);
    }
    expect(joining.sink.resets).toEqual([]);
  });

  it('quiet readers keep their cursor until the feed has begun anew', async () => {
    const kit = await BusKit.start();
    const { reader, sink } = await kit.open();
    const { position } = await kit.publish('other');
    await kit.feeds.advance();
    await kit.failOver();
    const gate = new Gate();
    kit.engine.around = async (operation, run) => {
      if (operation === 'read') await gate.pass();
      return run();
    };
    await kit.feeds.advance();
    expect(reader.cursor).toEqual(position);
    gate.open();
    await until(sink, 'reset');
    await until(sink, 'live');
    expect(reader.cursor).toEqual(await kit.engine.head());
  });
});

it('a heartbeat asked of the log before is of no account', async () => {
  const kit = await BusKit.start();
  const { reader, sink } = await kit.open();
  const gate = new Gate();
  kit.engine.around = async (operation, run) => {
    if (operation === 'latest') await gate.pass();
    return run();
  };
  const advanced = kit.feeds.advance();
  const log = memoryEngine({ now: () => 0 });
  await kit.failOver(log);
  await kit.publish();
  await until(sink, 'reset');
  await until(sink, 'live');
  gate.open();
  await advanced;
  expect(reader.cursor).toEqual(await log.head());
  const event = await kit.publish();
  await sink.has(event.id);
  expect(sink.resets).toEqual(['epoch']);
});

describe('an engine that fails', () => {
  it('to listen fails the readers, and serves those that come later', async () => {
    const kit = await BusKit.start();
    kit.engine.around = (operation, run) => (operation === 'listen' ? Promise.reject(GONE) : run());
    const readers = [kit.reader(), kit.reader(), kit.reader()];
    // Of these two have begun when it fails.
    await Promise.all(readers.slice(1).map(({ reader }) => reader.start('latest')));
    await readers[0]!.reader.start('latest');
    for (const { sink } of readers) expect(sink.told).toEqual([{ kind: 'fail', error: GONE }]);
    expect(kit.feeds.size).toBe(0);
    expect(logged).toEqual(['Could not listen to a.']);

    kit.engine.around = (_, run) => run();
    const { sink } = await kit.open();
    const event = await kit.publish();
    await sink.has(event.id);
    expect(kit.engine.listening).toBe(1);
  });

  it('to say where it stands ends its listening', async () => {
    const kit = await BusKit.start();
    kit.engine.around = (operation, run) => (operation === 'head' ? Promise.reject(GONE) : run());
    const { sink } = await kit.open();
    expect(sink.told).toEqual([{ kind: 'fail', error: GONE }]);
    expect([kit.feeds.size, kit.engine.listening]).toEqual([0, 0]);
  });

  it('to listen anew leaves no reader waiting on a dead feed', async () => {
    const kit = await BusKit.start();
    const readers = [await kit.open(), await kit.open()];
    await kit.failOver();
    kit.engine.around = (operation, run) => (operation === 'listen' ? Promise.reject(GONE) : run());
    await kit.publish();
    for (const { sink } of readers) expect((await until(sink, 'fail')).at(-1)).toMatchObject({ error: GONE });
    expect([kit.feeds.size, kit.engine.listening]).toEqual([0, 0]);
  });

  it('to be read fails the reader', async () => {
    const kit = await BusKit.start();
    const { sink: staying } = await kit.open();
    kit.engine.around = (operation, run) => (operation === 'read' ? Promise.reject(GONE) : run());
    const { reader, sink } = await kit.open();
    expect(sink.told).toEqual([{ kind: 'fail', error: GONE }]);
    reader.close();
    reader.resume();
    const event = await kit.publish();
    await staying.has(event.id);
    expect(sink.told).toHaveLength(1);
  });

  it('to be read when a hole is to be filled resets the readers', async () => {
    const kit = await BusKit.start();
    const { sink } = await kit.open();
    kit.loseNext();
    await kit.publish();
    let reads = 0;
    kit.engine.around = (operation, run) =>
      operation === 'read' && reads++ === 0 ? Promise.reject(GONE) : run();
    await kit.publish();
    await until(sink, 'reset');
    await until(sink, 'live');
    const event = await kit.publish();
    await sink.has(event.id);
    expect(sink.resets).toEqual(['expired']);
    expect(logged).toEqual([expect.stringContaining('Could not fill a hole in a from the log')]);
  });
});
