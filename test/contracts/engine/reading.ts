import { describe, expect, it } from '@jest/globals';
import { Position } from 'nestjs-realtime';
import type { EngineTraits, OpenEngines } from './engine-kit.js';
import { ids, type Limits, publish, publishAll, readOn, readPage } from './log-access.js';

export function reading(open: OpenEngines, traits: EngineTraits): void {
  describe('reading', () => {
    it('since a cursor gives every event after it, oldest first, over several topics', async () => {
      const { engine } = await open();
      const start = await engine.head();
      const events = await publishAll(engine, ['a', 'b', 'c', 'a', 'c', 'b', 'a']);
      const wanted = events.filter(({ topic }) => topic !== 'c');
      const { cursor, pages, ...page } = await readOn(engine, ['a', 'b'], start);
      expect(ids(page.events)).toEqual(ids(wanted));
      expect(cursor).toEqual(events.at(-1)!.position);
      expect(pages).toHaveLength(1);
      for (const event of events) {
        const after = wanted.filter(({ position }) => position.isAfter(event.position));
        expect(ids((await readOn(engine, ['b', 'a'], event.position)).events)).toEqual(ids(after));
      }
    });

    it('earliest gives all that is kept, latest nothing', async () => {
      const { engine } = await open();
      const empty = await readPage(engine, ['a'], 'earliest');
      expect(empty).toMatchObject({ events: [], complete: true, cursor: await engine.head() });
      expect(empty.reset).toBeUndefined();
      const events = await publishAll(engine, ['a', 'b']);
      expect(ids((await readOn(engine, ['a', 'b'], 'earliest')).events)).toEqual(ids(events));
      expect(await readPage(engine, ['a', 'b'], 'latest')).toMatchObject({
        events: [],
        complete: true,
        cursor: events[1]!.position,
      });
    });

    it('a topic without events, or no topic, is an empty page at the head', async () => {
      const { engine } = await open();
      const start = await engine.head();
      const event = await publish(engine, 'a');
      for (const [topics, since] of [
        [['never'], 'earliest'],
        [['never'], start],
        [[], start],
        [['a'], event.position],
      ] as const) {
        const page = await readPage(engine, topics, since);
        expect(page).toMatchObject({ events: [], complete: true, cursor: event.position });
        expect(page.reset).toBeUndefined();
      }
    });

    it('since a cursor of another epoch is a reset', async () => {
      const { engine } = await open();
      const { ms, seq } = (await publish(engine, 'a')).position;
      await expectReset(engine, new Position('other', ms, seq), 'epoch');
      await expectReset(engine, new Position('other', ms + 1e9, 0), 'epoch');
    });

    it('since a cursor from the future is a reset', async () => {
      const { engine } = await open();
      const { epoch, ms, seq } = (await publish(engine, 'a')).position;
      await expectReset(engine, new Position(epoch, ms, seq + 1), 'ahead');
      await expectReset(engine, new Position(epoch, ms + 1e9, 0), 'ahead');
    });

    it('latest event of a topic', async () => {
      const { engine } = await open();
      expect(await engine.latest('a')).toBeUndefined();
      const [, second] = await publishAll(engine, ['a', 'a', 'b']);
      expect((await engine.latest('a'))?.id).toBe(second!.id);
      expect(await engine.latest('never')).toBeUndefined();
    });

    paging(open);
    if (traits.clock) byDate(open);
    if (traits.reopens) afterReopening(open);
  });

  async function expectReset(
    engine: Parameters<typeof readPage>[0],
    since: Position,
    reason: string,
  ): Promise<void> {
    const page = await readPage(engine, ['a'], since);
    expect(page).toMatchObject({ events: [], reset: { reason }, cursor: await engine.head() });
    const next = await publish(engine, 'a');
    expect(ids((await readOn(engine, ['a'], page.cursor)).events)).toEqual([next.id]);
  }
}

function paging(open: OpenEngines): void {
  it.each([{ limit: 1 }, { limit: 2 }, { limit: 3 }, { limit: 7 }, { maxBytes: 1 }, { maxBytes: 25 }])(
    'in pages of %j gives every event once',
    async (limits) => {
      const { engine } = await open();
      const start = await engine.head();
      const events = await publishAll(engine, ['a', 'a', 'b', 'c', 'a', 'b', 'b']);
      const wanted = events.filter(({ topic }) => topic !== 'c');
      for (const since of [start, 'earliest'] as const) {
        const { pages, ...all } = await readOn(engine, ['a', 'b'], since, limits);
        expect(ids(all.events)).toEqual(ids(wanted));
        expect(all.cursor).toEqual(await engine.head());
        for (const page of pages.slice(0, -1)) expect(page.cursor).toEqual(page.events.at(-1)?.position);
      }
    },
  );

  it('keeps pages within limit and maxBytes, in bytes, save that one event always fits', async () => {
    const { engine } = await open();
    for (const size of [10, 50, 10, 10, 10]) await publish(engine, 'a', 'ü'.repeat(size));
    const pages = async (limits: Limits) =>
      (await readOn(engine, ['a'], 'earliest', limits)).pages.map(({ events }) => events.length);
    // As JSON 22, 102, 22, 22 and 22 bytes.
    expect(await pages({ limit: 2, maxBytes: 44 })).toEqual([1, 1, 2, 1]);
    expect(await pages({ limit: 2, maxBytes: 43 })).toEqual([1, 1, 1, 1, 1]);
    expect(await pages({ limit: 3, maxBytes: 124 })).toEqual([2, 3]);
  });

  it('says complete only at the head', async () => {
    const { engine } = await open();
    await publishAll(engine, ['a', 'a', 'b']);
    const part = await readPage(engine, ['a'], 'earliest', { limit: 1 });
    expect(part).toMatchObject({ complete: false, cursor: part.events[0]!.position });
    const whole = await readPage(engine, ['a'], 'earliest', { limit: 2 });
    expect(whole).toMatchObject({ complete: true, cursor: await engine.head() });
  });

  it('goes on from each page while others publish', async () => {
    const { engine } = await open();
    const published = await publishAll(engine, ['a', 'b', 'a']);
    const seen: string[] = [];
    let page = await readPage(engine, ['a', 'b'], 'earliest', { limit: 1 });
    for (seen.push(...ids(page.events)); !page.complete || seen.length < 20; seen.push(...ids(page.events))) {
      if (published.length < 20) published.push(await publish(engine, published.length % 2 ? 'a' : 'b'));
      page = await readPage(engine, ['a', 'b'], page.cursor, { limit: 2 });
    }
    expect(seen).toEqual(ids(published));
  });
}

function byDate(open: OpenEngines): void {
  it('since a Date gives what was published then or later', async () => {
    const { engine, clock } = await open();
    const begin = clock.ms;
    clock.advance(1_000);
    const first = await publishAll(engine, ['a', 'a']);
    clock.advance(1_000);
    const second = await publish(engine, 'a');
    const since = async (ms: number) => ids((await readOn(engine, ['a'], new Date(ms), { limit: 1 })).events);
    expect(await since(0)).toEqual(ids([...first, second]));
    expect(await since(begin + 1_000)).toEqual(ids([...first, second]));
    expect(await since(begin + 1_001)).toEqual([second.id]);
    expect(await since(begin + 2_000)).toEqual([second.id]);
    expect(await since(begin + 2_001)).toEqual([]);
    expect(await since(begin + 1e12)).toEqual([]);
  });
}

function afterReopening(open: OpenEngines): void {
  it('after a restart goes on from a cursor, or is a reset', async () => {
    const { engine, reopen } = await open();
    const start = await engine.head();
    const events = await publishAll(engine, ['a', 'b', 'a']);
    const again = await reopen!();
    const page = await readPage(again, ['a'], start);
    const kept = page.reset ? [] : events.filter(({ topic }) => topic === 'a');
    expect(ids(page.events)).toEqual(ids(kept));
    expect([undefined, 'epoch']).toContain(page.reset?.reason);
    const next = await publish(again, 'a');
    expect(ids((await readOn(again, ['a'], page.cursor)).events)).toEqual([next.id]);
  });
}
