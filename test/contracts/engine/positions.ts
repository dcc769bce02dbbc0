import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Position } from 'nestjs-realtime';
import type { EngineTraits, OpenEngines } from './engine-kit.js';
import { assertGrowing, ids, publish, publishAll, readOn, readPage } from './log-access.js';

export function positions(open: OpenEngines, traits: EngineTraits): void {
  describe('positions', () => {
    it('grow over all topics, and are cursors', async () => {
      const { engine } = await open();
      const before = await engine.head();
      const events = await publishAll(engine, ['a', 'b', 'a', 'c', 'b']);
      const places = events.map(({ position }) => position);
      assertGrowing([before, ...places]);
      for (const place of places) {
        expect(place.epoch).toBe(before.epoch);
        expect(Position.parse(place.toString())).toEqual(place);
      }
      expect(await engine.head()).toEqual(places.at(-1));
    });

    it('are each given once to publishes at the same time', async () => {
      const { engine } = await open();
      const topics = Array.from({ length: 100 }, (_, index) => `topic/${index % 7}`);
      const events = await Promise.all(topics.map((topic, index) => publish(engine, topic, index)));
      expect(new Set(ids(events)).size).toBe(100);
      const { events: log } = await readOn(engine, [...new Set(topics)], 'earliest');
      assertGrowing(log.map(({ position }) => position));
      expect(new Set(ids(log))).toEqual(new Set(ids(events)));
    });

    it('and everything else of an event come back from the log as published', async () => {
      const { engine } = await open();
      const json = JSON.stringify({ text: 'ü\u2028"\\\n\u0000😀', nested: [[], {}, null, 1e300] });
      const published = await engine.publish({ topic: 'größe/😀 1', type: 'order.ready', json });
      const [event] = (await readPage(engine, ['größe/😀 1'], 'earliest')).events;
      for (const seen of [published, event, await engine.latest('größe/😀 1')]) {
        expect(seen).toMatchObject({ topic: 'größe/😀 1', type: 'order.ready', json, id: published.id });
      }
    });

    if (traits.maxBytes) {
      it('are not consumed by a publish that is rejected', async () => {
        const { engine } = await open({ maxBytes: 10_000 });
        const { position } = await publish(engine, 'a');
        const tooLarge = publish(engine, 'a', 'x'.repeat(10_000), 'key');
        await expect(tooLarge).rejects.toMatchObject({ code: 'payload-too-large' });
        expect(await engine.head()).toEqual(position);
        expect((await readOn(engine, ['a'], 'earliest')).events).toHaveLength(1);
        expect((await publish(engine, 'a', 'small', 'key')).json).toBe('"small"');
      });
    }

    if (!traits.clock) return;

    it('take their time from the clock, while it moves on', async () => {
      const { engine, clock } = await open();
      clock.advance(1_234);
      const event = await publish(engine, 'a');
      expect(event.time).toBe(new Date(clock.ms).toISOString());
      expect(event.position).toMatchObject({ ms: clock.ms, seq: 0 });
    });

    it('grow whatever the clock does', async () => {
      const move = fc.oneof(
        fc.constantFrom(0, 0, 1, -1),
        fc.integer({ min: -1e10, max: 1e10 }),
        fc.integer({ min: -100, max: 100 }).map((parts) => parts / 8),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(move, { maxLength: 30 }), async (moves) => {
          const { engine, clock, close } = await open();
          const places = [await engine.head()];
          for (const [index, ms] of moves.entries()) {
            clock.advance(ms);
            places.push((await publish(engine, `topic/${index % 3}`)).position);
          }
          assertGrowing(places);
          places.forEach((place) => expect(Position.parse(place.toString())).toEqual(place));
          await close();
        }),
        { numRuns: traits.runs },
      );
    });
  });
}
