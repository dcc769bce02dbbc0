import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordChange } from 'nestjs-realtime';
import type { EngineTraits, OpenEngines } from './engine-kit.js';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '0'), minLength: 1, maxLength: 4 });
const change: fc.Arbitrary<RecordChange> = fc.record({
  key,
  value: fc.option(fc.string(), { nil: undefined }),
});
const query = fc.record({
  prefix: fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 2 }),
  after: fc.option(key, { nil: undefined }),
  limit: fc.integer({ min: 1, max: 5 }),
});

export function records(open: OpenEngines, traits: EngineTraits): void {
  describe('records', () => {
    it('come back as written, until overwritten or removed', async () => {
      const { records } = (await open()).engine;
      expect(await records.get('a')).toBeUndefined();
      const values = ['', 'ü\u0000😀"\n', 'x'.repeat(200_000)];
      for (const value of values) {
        await records.write([{ key: 'a', value }]);
        expect(await records.get('a')).toBe(value);
      }
      await records.write([{ key: 'a', value: undefined }]);
      expect(await records.get('a')).toBeUndefined();
      await records.write([{ key: 'a', value: undefined }]);
    });

    it('are listed by prefix, in the order of their keys, page by page', async () => {
      const { records } = (await open()).engine;
      const keys = ['b/2', 'a/1', 'b/10', 'b/1', 'b', 'b0', 'c/1', 'b/1/x'];
      await records.write(keys.map((name) => ({ key: name, value: name })));
      const found = ['b/1', 'b/1/x', 'b/10', 'b/2'].map((name) => ({ key: name, value: name }));
      expect(await records.list('b/', { limit: 100 })).toEqual(found);
      const first = await records.list('b/', { limit: 3 });
      const second = await records.list('b/', { after: first.at(-1)!.key, limit: 3 });
      expect([...first, ...second]).toEqual(found);
      expect(await records.list('b/', { after: second.at(-1)!.key, limit: 3 })).toEqual([]);
      expect(await records.list('d', { limit: 100 })).toEqual([]);
    });

    it('of one write are written in its order', async () => {
      const { records } = (await open()).engine;
      await records.write([
        { key: 'a', value: '1' },
        { key: 'b', value: '1' },
        { key: 'a', value: '2' },
        { key: 'b', value: undefined },
      ]);
      expect(await records.list('', { limit: 10 })).toEqual([{ key: 'a', value: '2' }]);
    });

    it('are as a sorted map would have them', async () => {
      const steps = fc.array(fc.tuple(fc.array(change, { maxLength: 5 }), query), { maxLength: 15 });
      await fc.assert(
        fc.asyncProperty(steps, async (commands) => {
          const { engine, close } = await open();
          const map = new Map<string, string>();
          for (const [changes, { prefix, after, limit }] of commands) {
            await engine.records.write(changes);
            for (const { key: name, value } of changes) {
              if (value === undefined) map.delete(name);
              else map.set(name, value);
            }
            const wanted = [...map]
              .filter(([name]) => name.startsWith(prefix) && (after === undefined || name > after))
              .sort(([a], [b]) => (a < b ? -1 : 1));
            expect(await engine.records.list(prefix, { after, limit })).toEqual(
              wanted.slice(0, limit).map(([name, value]) => ({ key: name, value })),
            );
          }
          await close();
        }),
        { numRuns: traits.runs },
      );
    });
  });
}
