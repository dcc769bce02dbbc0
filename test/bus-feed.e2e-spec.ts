import { describe, expect, it } from '@jest/globals';
import type { Batch, Encoding } from '../libs/realtime/src/bus/batch.js';
import { ids } from './contracts/engine/log-access.js';
import { BusKit } from './support/bus-kit.js';
import type { CollectingSink } from './support/collecting-sink.js';
import { Gate } from './support/gate.js';
import { turns } from './support/turns.js';

function batches(sink: CollectingSink): Batch[] {
  return sink.told.flatMap((told) => (told.kind === 'events' ? [told.batch] : []));
}

describe('sharing', () => {
  it('gives all readers the same batch, one per turn, encoded once', async () => {
    const kit = await BusKit.start();
    const readers = [await kit.open(), await kit.open(), await kit.open()];
    const first = [kit.publish(), kit.publish(), kit.publish()];
    await turns();
    const second = [kit.publish()];
    await turns();
    let encoded = 0;
    const encoding: Encoding<string> = {
      encode: (events) => {
        encoded++;
        return ids(events).join();
      },
    };
    const [one, two] = batches(readers[0]!.sink);
    for (const { sink } of readers) {
      const got = batches(sink);
      expect(got).toHaveLength(2);
      expect(got[0]).toBe(one);
      expect(got[1]).toBe(two);
      expect(got.map((batch) => batch.as(encoding))).toEqual([
        ids(await Promise.all(first)).join(),
        ids(await Promise.all(second)).join(),
      ]);
    }
    expect(encoded).toBe(2);
  });

  it('gives a single event in the same batch to every set of topics that has it', async () => {
    const kit = await BusKit.start();
    const readers = [await kit.open(['a']), await kit.open(['a', 'b']), await kit.open(['a', 'c'])];
    await kit.publish('a');
    await turns();
    expect(new Set(readers.flatMap(({ sink }) => batches(sink))).size).toBe(1);
    expect(readers.map(({ sink }) => sink.events.length)).toEqual([1, 1, 1]);
  });

  it('gives a reader that joins in mid-turn what it has not read', async () => {
    const kit = await BusKit.start();
    const early = await kit.open();
    const start = await kit.engine.head();
    const first = await kit.publish();
    const late = await kit.open(['a'], start);
    const second = await kit.publish();
    await turns();
    expect(batches(early.sink).map(({ events }) => ids(events))).toEqual([[first.id, second.id]]);
    expect(batches(late.sink).map(({ events }) => ids(events))).toEqual([[first.id], [second.id]]);
  });

  it('keeps one feed per set of topics, and none without readers', async () => {
    const kit = await BusKit.start();
    const readers = [await kit.open(['a']), await kit.open(['a']), await kit.open(['a', 'b'])];
    expect([kit.feeds.size, kit.engine.listening]).toEqual([2, 2]);
    for (const { reader } of readers) reader.close();
    for (const { reader } of readers) reader.close();
    expect([kit.feeds.size, kit.engine.listening]).toEqual([0, 0]);
  });

  it('ends the feed of a reader that closes while it opens', async () => {
    const kit = await BusKit.start();
    const gate = new Gate();
    kit.engine.around = async (operation, run) => {
      const answer = await run();
      if (operation === 'listen') await gate.pass();
      return answer;
    };
    const { reader, sink } = kit.reader();
    const ended = reader.start('latest');
    reader.close();
    expect(kit.feeds.size).toBe(0);
    gate.open();
    await ended;
    await turns();
    expect(kit.engine.listening).toBe(0);
    expect(sink.told).toEqual([]);
  });
});

describe('a heartbeat', () => {
  it('moves quiet readers to the head, and nobody past what is on its way', async () => {
    const kit = await BusKit.start();
    const quiet = await kit.open(['quiet']);
    const { reader } = await kit.open(['a']);
    const before = reader.cursor;
    const event = await kit.publish('a');
    await kit.feeds.advance();
    expect(quiet.reader.cursor).toEqual(event.position);
    expect(reader.cursor).toEqual(before);
    await turns();
    expect(reader.cursor).toEqual(event.position);
    quiet.reader.close();
    expect(quiet.reader.cursor).toEqual(event.position);
  });

  it('whose answer is late moves nobody back', async () => {
    const kit = await BusKit.start();
    const { reader, sink } = await kit.open();
    const gate = new Gate();
    kit.engine.around = async (operation, run) => {
      const answer = await run();
      if (operation === 'head') await gate.pass();
      return answer;
    };
    const advanced = kit.feeds.advance();
    const event = await kit.publish();
    await sink.has(event.id);
    gate.open();
    await advanced;
    expect(reader.cursor).toEqual(event.position);
    const joining = await kit.open(['a'], event.position);
    const next = await kit.publish();
    await joining.sink.has(next.id);
    expect(ids(joining.sink.events)).toEqual([next.id]);
    expect(ids(sink.events)).toEqual([event.id, next.id]);
  });

  it('comes at any time while a feed opens', async () => {
    const kit = await BusKit.start();
    const gate = new Gate();
    kit.engine.around = async (operation, run) => {
      if (operation === 'listen') await gate.pass();
      return run();
    };
    const { reader, sink } = kit.reader();
    const started = reader.start('latest');
    await kit.feeds.advance();
    gate.open();
    await kit.feeds.advance();
    await started;
    const event = await kit.publish();
    await sink.has(event.id);
    expect(ids(sink.events)).toEqual([event.id]);
  });

  it('says so when the log cannot be read', async () => {
    const kit = await BusKit.start();
    await kit.open();
    kit.engine.around = () => Promise.reject(new Error('gone'));
    await expect(kit.feeds.advance()).rejects.toThrow('gone');
  });
});
