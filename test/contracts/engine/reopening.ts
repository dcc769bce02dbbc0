import { describe, expect, it } from '@jest/globals';
import type { EngineTraits, OpenEngines } from './engine-kit.js';
import { assertGrowing, ids, publish, publishAll, readOn } from './log-access.js';

const MINUTE = 60_000;

/** What is there after a restart, of an engine that says it is durable. */
export function reopening(open: OpenEngines, traits: EngineTraits): void {
  describe('a durable log that is opened again', () => {
    it('is the same: positions, events, and what is before each', async () => {
      const { engine, reopen } = await open();
      const start = await engine.head();
      const before = await publishAll(engine, ['a', 'b', 'a']);
      const again = await reopen!();
      expect(await again.head()).toEqual(before.at(-1)!.position);
      const after = await publishAll(again, ['a', 'b']);
      const { events } = await readOn(again, ['a', 'b'], start);
      expect(ids(events)).toEqual(ids([...before, ...after]));
      expect(events.map(({ json }) => json)).toEqual(['0', '1', '2', '0', '1']);
      expect(after.map(({ previous }) => previous)).toEqual([before[2]!.position, before[1]!.position]);
      assertGrowing([start, ...events.map(({ position }) => position)]);
    });

    it('remembers what it has trimmed', async () => {
      const { engine, reopen } = await open({ maxEvents: 1 });
      const start = await engine.head();
      const [, last] = await publishAll(engine, ['a', 'a']);
      const again = await reopen!();
      const page = await again.read(['a'], { since: start, limit: 10, maxBytes: 1e9 });
      expect(page).toMatchObject({ events: [], reset: { reason: 'expired' }, cursor: last!.position });
    });

    it('remembers claims, and how they stand', async () => {
      const { engine, reopen } = await open();
      await engine.claims.claim('running', 'ann', MINUTE);
      await engine.claims.claim('settled', 'ann', MINUTE);
      await engine.claims.settle('settled', MINUTE);
      await engine.claims.claim('released', 'ann', MINUTE);
      await engine.claims.release('released', 'ann');
      const { claims } = await reopen!();
      expect(await claims.claim('running', 'ann', MINUTE)).toBe('running');
      expect(await claims.claim('settled', 'ann', MINUTE)).toBe('settled');
      expect(await claims.claim('released', 'ann', MINUTE)).toBe('claimed');
    });

    it('remembers idempotency keys', async () => {
      const { engine, reopen } = await open();
      const first = await publish(engine, 'a', 1, 'key');
      const again = await reopen!();
      expect(await publish(again, 'a', 2, 'key')).toMatchObject({ id: first.id, json: '1' });
      expect(await again.head()).toEqual(first.position);
    });

    it('remembers the journal, and records', async () => {
      const { engine, reopen } = await open({ maxEvents: 1 });
      const start = await engine.head();
      const drafts = ['1', '2', '3'].map((json) => ({ topic: 'a', type: 'message', json, journaled: true }));
      const events = await Promise.all(drafts.map((draft) => engine.publish(draft)));
      await engine.records.write([{ key: 'a', value: '1' }]);
      const again = await reopen!();
      const page = await again.journal.read(start, 10);
      expect(page.events.map(({ id, json }) => [id, json])).toEqual(events.map(({ id, json }) => [id, json]));
      expect(await again.records.get('a')).toBe('1');
    });

    if (traits.clock) byClock(open);
  });
}

function byClock(open: OpenEngines): void {
  it('goes on growing when the clock went back meanwhile', async () => {
    const { engine, reopen, clock } = await open();
    const before = await publishAll(engine, ['a', 'b']);
    clock.advance(-1e9);
    const again = await reopen!();
    expect(await again.head()).toEqual(before.at(-1)!.position);
    const after = await publishAll(again, ['a', 'b']);
    assertGrowing([...before, ...after].map(({ position }) => position));
    expect(ids((await readOn(again, ['a', 'b'], 'earliest')).events)).toEqual(ids([...before, ...after]));
  });

  it('forgets claims and keys when their time is over, the time that it was closed included', async () => {
    const { engine, reopen, clock } = await open({ idempotencyMs: 1_000 });
    const first = await publish(engine, 'a', 1, 'key');
    await engine.claims.claim('claim', 'ann', 1_000);
    clock.advance(1_001);
    const again = await reopen!();
    expect((await publish(again, 'a', 1, 'key')).id).not.toBe(first.id);
    expect(await again.claims.claim('claim', 'ann', 1_000)).toBe('claimed');
  });
}
