import { describe, expect, it } from '@jest/globals';
import type { EngineTraits, OpenEngines } from './engine-kit.js';
import { ids, publish, publishAll, readOn, readPage } from './log-access.js';

export function retention(open: OpenEngines, traits: EngineTraits): void {
  describe('retention', () => {
    it('keeps maxEvents of each topic, the last ones', async () => {
      const { engine } = await open({ maxEvents: 3 });
      const events = await publishAll(engine, ['a', 'b', 'a', 'a', 'a', 'a']);
      expect(ids((await readOn(engine, ['a'], 'earliest')).events)).toEqual(ids(events.slice(-3)));
      expect(ids((await readOn(engine, ['b'], 'earliest')).events)).toEqual([events[1]!.id]);
      expect((await engine.latest('a'))?.id).toBe(events.at(-1)!.id);
    });

    it('gives what follows the last event trimmed, and resets whoever is behind it', async () => {
      const { engine } = await open({ maxEvents: 3 });
      const start = await engine.head();
      const events = await publishAll(engine, ['a', 'a', 'a', 'a', 'a']);
      const [first, second] = events;
      expect(ids((await readOn(engine, ['a'], second!.position)).events)).toEqual(ids(events.slice(2)));
      for (const since of [start, first!.position]) {
        expect(await readPage(engine, ['a'], since)).toMatchObject({
          events: [],
          reset: { reason: 'expired' },
          cursor: events.at(-1)!.position,
          complete: true,
        });
      }
    });

    it('of one topic does not concern readers of others', async () => {
      const { engine } = await open({ maxEvents: 1 });
      const start = await engine.head();
      const [b] = await publishAll(engine, ['b', 'a', 'a', 'a']);
      expect(ids((await readOn(engine, ['b'], start)).events)).toEqual([b!.id]);
      expect((await readOn(engine, ['never'], start)).events).toEqual([]);
      expect((await readPage(engine, ['a', 'b'], start)).reset).toEqual({ reason: 'expired' });
    });

    it('that takes events away while a reader pages resets it', async () => {
      const { engine } = await open({ maxEvents: 4 });
      const start = await engine.head();
      await publishAll(engine, ['a', 'a', 'a', 'a']);
      const page = await readPage(engine, ['a'], start, { limit: 1 });
      expect(page.complete).toBe(false);
      await publish(engine, 'a');
      expect((await readPage(engine, ['a'], page.cursor)).events).toHaveLength(4);
      await publish(engine, 'a');
      expect((await readPage(engine, ['a'], page.cursor)).reset).toEqual({ reason: 'expired' });
    });

    if (traits.clock) byAge(open);
    if (traits.maxBytes) byBytes(open);
  });
}

function byAge(open: OpenEngines): void {
  it('keeps no event beyond maxAgeMs once its topic is published to', async () => {
    const { engine, clock } = await open({ maxAgeMs: 1_000 });
    const start = await engine.head();
    clock.advance(1);
    const [old] = await publishAll(engine, ['a', 'a']);
    clock.advance(900);
    const young = await publish(engine, 'a');
    expect((await readOn(engine, ['a'], start)).events).toHaveLength(3);
    clock.advance(200);
    const last = await publish(engine, 'a');
    expect(ids((await readOn(engine, ['a'], 'earliest')).events)).toEqual([young.id, last.id]);
    expect((await readPage(engine, ['a'], old!.position)).reset).toEqual({ reason: 'expired' });
    expect((await readPage(engine, ['a'], new Date(clock.ms - 5_000))).reset).toEqual({ reason: 'expired' });
  });

  it('keeps by age when the clock jumps ahead and back', async () => {
    const { engine, clock } = await open({ maxAgeMs: 1_000 });
    await publish(engine, 'a');
    clock.advance(1e9);
    const ahead = await publish(engine, 'a');
    clock.advance(-1e9);
    const back = await publish(engine, 'a');
    expect(ids((await readOn(engine, ['a'], 'earliest')).events)).toEqual(ids([ahead, back]));
  });
}

function byBytes(open: OpenEngines): void {
  it('evicts the oldest over all topics beyond maxBytes, never more data than that', async () => {
    const { engine } = await open({ maxBytes: 20_000 });
    const start = await engine.head();
    const topics = Array.from({ length: 40 }, (_, index) => ['a', 'b', 'c'][index % 3]!);
    const events = [];
    for (const topic of topics) events.push(await publish(engine, topic, 'x'.repeat(998)));
    const { events: kept } = await readOn(engine, ['a', 'b', 'c'], 'earliest');
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(ids(kept)).toEqual(ids(events.slice(-kept.length)));
    expect((await readPage(engine, ['a'], start)).reset).toEqual({ reason: 'expired' });
  });

  it('evicts the oldest also after others of a topic were counted out', async () => {
    const { engine } = await open({ maxBytes: 20_000, maxEvents: 2 });
    const fill = async (topic: string) => (await publish(engine, topic, 'x'.repeat(998))).id;
    const topics = ['old', ...Array.from({ length: 10 }, () => 'loud')];
    for (const topic of topics) await fill(topic);
    expect(await engine.latest('old')).toBeDefined();
    const others = Array.from({ length: 30 }, (_, index) => `other/${index}`);
    const last: string[] = [];
    for (const topic of others) last.push(await fill(topic));
    const { events: kept } = await readOn(engine, ['old', 'loud', ...others], 'earliest');
    expect(kept.length).toBeGreaterThan(5);
    expect(ids(kept)).toEqual(last.slice(-kept.length));
  });

  it('forgets nothing silently of a topic of which nothing is left', async () => {
    const { engine } = await open({ maxBytes: 20_000 });
    const start = await engine.head();
    await publish(engine, 'gone');
    for (let index = 0; index < 40; index++) await publish(engine, 'loud', 'x'.repeat(1_000));
    expect(await engine.latest('gone')).toBeUndefined();
    expect((await readPage(engine, ['gone'], start)).reset).toEqual({ reason: 'expired' });
    const again = await publish(engine, 'gone');
    expect((await readPage(engine, ['gone'], start)).reset).toEqual({ reason: 'expired' });
    expect(ids((await readOn(engine, ['gone'], 'earliest')).events)).toEqual([again.id]);
  });
}
