import { describe, expect, it } from '@jest/globals';
import { Inbox } from '../../support/inbox.js';
import type { LogEvent } from 'nestjs-realtime';
import type { EngineTraits, OpenEngines } from './engine-kit.js';
import { ids, publish, readOn } from './log-access.js';

export function idempotency(open: OpenEngines, traits: EngineTraits): void {
  describe('an idempotency key', () => {
    it('seen before appends and announces nothing, and gives the first event', async () => {
      const { engine } = await open();
      const inbox = new Inbox<LogEvent>();
      await engine.listen(['a'], inbox.push);
      const first = await publish(engine, 'a', { first: true }, 'key');
      const head = await engine.head();
      const again = await engine.publish({
        topic: 'a',
        type: 'other',
        json: '{"first":false}',
        idempotencyKey: 'key',
      });
      expect(again).toMatchObject({ id: first.id, topic: 'a', type: 'message', json: '{"first":true}' });
      expect(await engine.head()).toEqual(head);
      const next = await publish(engine, 'a');
      expect(ids(await inbox.take(2))).toEqual([first.id, next.id]);
      expect(next.previous).toEqual(first.position);
      expect(ids((await readOn(engine, ['a'], 'earliest')).events)).toEqual([first.id, next.id]);
    });

    it('used by many at once appends once', async () => {
      const { engine } = await open();
      const events = await Promise.all(
        Array.from({ length: 20 }, (_, index) => publish(engine, 'a', index, 'key')),
      );
      expect(new Set(ids(events)).size).toBe(1);
      expect((await readOn(engine, ['a'], 'earliest')).events).toHaveLength(1);
    });

    it('is of its topic, and no other text is it', async () => {
      const { engine } = await open();
      const events = [
        await publish(engine, 'a', 0, 'key'),
        await publish(engine, 'b', 0, 'key'),
        await publish(engine, 'a', 0, 'Key'),
        await publish(engine, 'a', 0, 'key\n'),
        await publish(engine, 'a', 0, '__proto__'),
        await publish(engine, 'a', 0),
        await publish(engine, 'a', 0),
      ];
      expect(new Set(ids(events)).size).toBe(events.length);
    });

    it('may be remembered for ever, like everything else', async () => {
      const { engine } = await open({ idempotencyMs: Infinity, maxAgeMs: Infinity, maxEvents: Infinity });
      const first = await publish(engine, 'a', 1, 'key');
      await publish(engine, 'a', 2);
      expect((await publish(engine, 'a', 1, 'key')).id).toBe(first.id);
      expect((await readOn(engine, ['a'], 'earliest')).events).toHaveLength(2);
    });

    it('outlives its event', async () => {
      const { engine } = await open({ maxEvents: 1 });
      const first = await publish(engine, 'a', 1, 'key');
      const last = await publish(engine, 'a', 2);
      expect(await publish(engine, 'a', 1, 'key')).toMatchObject({
        id: first.id,
        type: 'message',
        json: '1',
      });
      expect(await engine.head()).toEqual(last.position);
    });

    if (!traits.clock) return;

    it('is forgotten after idempotencyMs, and begins anew', async () => {
      const { engine, clock } = await open({ idempotencyMs: 1_000 });
      const first = await publish(engine, 'a', 1, 'key');
      clock.advance(999);
      expect((await publish(engine, 'a', 1, 'key')).id).toBe(first.id);
      clock.advance(2);
      const second = await publish(engine, 'a', 1, 'key');
      expect(second.id).not.toBe(first.id);
      clock.advance(999);
      expect((await publish(engine, 'a', 1, 'key')).id).toBe(second.id);
    });
  });
}
