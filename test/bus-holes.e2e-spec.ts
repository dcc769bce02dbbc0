import { describe, expect, it } from '@jest/globals';
import { ids } from './contracts/engine/log-access.js';
import { BusKit } from './support/bus-kit.js';
import { Gate } from './support/gate.js';
import { turns } from './support/turns.js';

describe('a lost announcement', () => {
  it('is filled in from the log before anything after it', async () => {
    const kit = await BusKit.start();
    const { sink } = await kit.open();
    kit.loseNext();
    const lost = await kit.publish();
    await turns();
    expect(sink.events).toEqual([]);
    const next = await kit.publish();
    await sink.has(next.id);
    expect(ids(sink.events)).toEqual([lost.id, next.id]);
    expect(sink.resets).toEqual([]);
  });

  it('among many more than a page is filled in as well', async () => {
    const kit = await BusKit.start();
    const { sink } = await kit.open();
    const log = [];
    kit.engine.drops = () => log.length < 600;
    while (log.length < 601) log.push(await kit.publish());
    await sink.has(log[600]!.id);
    expect(ids(sink.events)).toEqual(ids(log));
    expect(sink.resets).toEqual([]);
  });

  it('is not hidden from a heartbeat by an event that is on its way', async () => {
    const kit = await BusKit.start();
    const { reader, sink } = await kit.open();
    const before = reader.cursor;
    kit.loseNext();
    const lost = await kit.publish();
    const [asked, way] = [new Gate(), new Gate()];
    kit.engine.travel = () => way.pass();
    let reads = 0;
    kit.engine.around = async (operation, run) => {
      if (operation === 'latest') await asked.pass();
      if (operation === 'read') reads++;
      return run();
    };
    const advanced = kit.feeds.advance();
    await turns();
    const next = await kit.publish();
    asked.open();
    await advanced;
    await turns();
    expect([reader.cursor, reads]).toEqual([before, 0]);
    way.open();
    await sink.has(next.id);
    expect(ids(sink.events)).toEqual([lost.id, next.id]);
  });

  it('is found by a heartbeat when nothing follows it', async () => {
    const kit = await BusKit.start();
    const { sink } = await kit.open(['a', 'b']);
    kit.loseNext();
    const lost = await kit.publish();
    await kit.feeds.advance();
    await sink.has(lost.id);
    expect(sink.resets).toEqual([]);
  });

  it('costs nothing that is announced while it is filled in', async () => {
    const kit = await BusKit.start();
    const { sink } = await kit.open();
    kit.loseNext();
    await kit.publish();
    const gate = new Gate();
    kit.engine.around = async (operation, run) => {
      const answer = await run();
      if (operation === 'read') await gate.pass();
      return answer;
    };
    await kit.publish();
    await turns();
    expect(gate.arrived).toBe(1);
    const meanwhile = await kit.publish();
    await turns();
    gate.open();
    await sink.has(meanwhile.id);
    expect(sink.events).toHaveLength(3);
  });

  it('does not come twice to a reader that had it from the log', async () => {
    const kit = await BusKit.start();
    const start = await kit.engine.head();
    const early = await kit.open();
    kit.loseNext();
    await kit.publish();
    const late = await kit.open(['a'], start);
    const last = await kit.publish();
    await early.sink.has(last.id);
    await late.sink.has(last.id);
    expect(ids(early.sink.events)).toEqual(ids(late.sink.events));
    expect(new Set(ids(late.sink.events)).size).toBe(2);
  });

  it('that can only come too late is a reset, also for who lagged meanwhile', async () => {
    const kit = await BusKit.start();
    const live = await kit.open(['a', 'b']);
    const lagging = await kit.open(['a', 'b']);
    lagging.sink.accepts = () => false;
    kit.loseNext();
    await kit.publish('a');
    const passed = await kit.publish('b');
    await live.sink.has(passed.id);
    await kit.publish('a');
    await live.sink.inbox.until(({ kind }) => kind === 'reset');
    lagging.sink.accepts = () => true;
    lagging.reader.resume();
    await lagging.sink.inbox.until(({ kind }) => kind === 'live');
    await lagging.sink.inbox.until(({ kind }) => kind === 'reset');
    const last = await kit.publish('b');
    for (const { sink } of [live, lagging]) {
      await sink.has(last.id);
      expect(ids(sink.events)).toEqual([passed.id, last.id]);
      expect(sink.resets).toEqual(['expired']);
    }
  });

  it('that was trimmed meanwhile is a reset', async () => {
    const kit = await BusKit.start({ maxEvents: 1 });
    const { sink } = await kit.open();
    kit.loseNext();
    await kit.publish();
    await kit.publish();
    await sink.inbox.until(({ kind }) => kind === 'reset');
    await sink.inbox.until(({ kind }) => kind === 'live');
    const last = await kit.publish();
    await sink.has(last.id);
    expect(ids(sink.events)).toEqual([last.id]);
    expect(sink.resets).toEqual(['expired']);
  });
});
