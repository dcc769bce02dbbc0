import { describe, expect, it } from '@jest/globals';
import type { EngineTraits, OpenEngines } from './engine-kit.js';

const MINUTE = 60_000;
const ANN = 'ann';
const BOB = 'bob';

export function claims(open: OpenEngines, traits: EngineTraits): void {
  describe('claims', () => {
    it('are won once, until released', async () => {
      const { claims } = (await open()).engine;
      expect(await claims.claim('a', ANN, MINUTE)).toBe('claimed');
      expect(await claims.claim('a', ANN, MINUTE)).toBe('running');
      expect(await claims.claim('b', ANN, MINUTE)).toBe('claimed');
      await claims.release('a', ANN);
      expect(await claims.claim('a', ANN, MINUTE)).toBe('claimed');
      expect(await claims.claim('b', ANN, MINUTE)).toBe('running');
    });

    it('are released by nobody but their owner', async () => {
      const { claims } = (await open()).engine;
      await claims.claim('a', ANN, MINUTE);
      await claims.release('a', BOB);
      expect(await claims.claim('a', BOB, MINUTE)).toBe('running');
      await claims.release('a', ANN);
      expect(await claims.claim('a', BOB, MINUTE)).toBe('claimed');
    });

    it('are not released any more once they are settled', async () => {
      const { claims } = (await open()).engine;
      await claims.claim('a', ANN, MINUTE);
      await claims.settle('a', MINUTE);
      await claims.release('a', ANN);
      expect(await claims.claim('a', BOB, MINUTE)).toBe('settled');
    });

    it('are settled by whoever is done', async () => {
      const { claims } = (await open()).engine;
      await claims.claim('a', BOB, MINUTE);
      // That is Ann, whose claim Bob's has followed.
      await claims.settle('a', MINUTE);
      await claims.release('a', BOB);
      expect(await claims.claim('a', ANN, MINUTE)).toBe('settled');
    });

    it('are settled for good', async () => {
      const { claims } = (await open()).engine;
      await claims.claim('a', ANN, MINUTE);
      await claims.settle('a', MINUTE);
      expect(await claims.claim('a', ANN, MINUTE)).toBe('settled');
      expect(await claims.claim('a', ANN, MINUTE)).toBe('settled');
    });

    it('of nobody can be released, and settled', async () => {
      const { claims } = (await open()).engine;
      await claims.release('a', ANN);
      expect(await claims.claim('a', ANN, MINUTE)).toBe('claimed');
      await claims.settle('b', MINUTE);
      expect(await claims.claim('b', ANN, MINUTE)).toBe('settled');
    });

    it('take any text for a key', async () => {
      const { claims } = (await open()).engine;
      const keys = ['', ' ', '__proto__', 'constructor', 'a\nb', 'ü/😀', '*', 'x'.repeat(10_000)];
      for (const key of keys) expect(await claims.claim(key, ANN, MINUTE)).toBe('claimed');
      for (const key of keys) expect(await claims.claim(key, ANN, MINUTE)).toBe('running');
    });

    it('may be for ever', async () => {
      const { claims } = (await open()).engine;
      await claims.claim('a', ANN, Infinity);
      expect(await claims.claim('a', ANN, MINUTE)).toBe('running');
      await claims.settle('a', Infinity);
      expect(await claims.claim('a', ANN, MINUTE)).toBe('settled');
    });

    it('made at the same time have exactly one winner', async () => {
      const { claims } = (await open()).engine;
      const answers = await Promise.all(Array.from({ length: 20 }, () => claims.claim('a', ANN, MINUTE)));
      expect(answers.filter((answer) => answer === 'claimed')).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'running')).toHaveLength(19);
    });

    if (!traits.clock) return;

    it('expire while running, and have one new winner', async () => {
      const { engine, clock } = await open();
      await engine.claims.claim('a', ANN, 1_000);
      clock.advance(999);
      expect(await engine.claims.claim('a', ANN, 1_000)).toBe('running');
      clock.advance(2);
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => engine.claims.claim('a', ANN, 1_000)),
      );
      expect(answers.sort()).toEqual(['claimed', 'running', 'running', 'running', 'running']);
    });

    it('that have expired are not released in the name of the next owner', async () => {
      const { engine, clock } = await open();
      const { claims } = engine;
      await claims.claim('a', ANN, 1_000);
      clock.advance(1_001);
      expect(await claims.claim('a', BOB, 1_000)).toBe('claimed');
      await claims.release('a', ANN);
      expect(await claims.claim('a', ANN, 1_000)).toBe('running');
      await claims.release('a', BOB);
      expect(await claims.claim('a', ANN, 1_000)).toBe('claimed');
    });

    it('are remembered as settled from the settling on', async () => {
      const { engine, clock } = await open();
      await engine.claims.claim('a', ANN, 1_000);
      clock.advance(900);
      await engine.claims.settle('a', 5_000);
      clock.advance(4_999);
      expect(await engine.claims.claim('a', ANN, 1_000)).toBe('settled');
      clock.advance(2);
      expect(await engine.claims.claim('a', ANN, 1_000)).toBe('claimed');
    });
  });
}
