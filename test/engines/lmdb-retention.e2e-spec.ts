import { describe, expect, it } from '@jest/globals';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { RealtimeEngine, Retention } from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { ids, publish, readOn, readPage } from '../contracts/engine/log-access.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { TestClock } from '../support/test-clock.js';
import { UNLIMITED } from '../support/unlimited.js';
import { tableCounts } from './lmdb/table-counts.js';

/** What one write may do to what is kept no more, and a little. */
const AT_A_TIME = 300;

/** A log with a clock that can be looked into. */
class Log {
  private constructor(
    readonly path: string,
    readonly clock: TestClock,
    public engine: RealtimeEngine,
    private readonly retention: Partial<Retention>,
  ) {}

  static async open(retention: Partial<Retention>): Promise<Log> {
    const path = await temporaryFolder();
    const clock = new TestClock();
    const log = new Log(path, clock, lmdbEngine({ path, now: clock.now }), retention);
    await log.engine.start({ ...UNLIMITED, ...retention });
    return log;
  }

  async reopen(retention: Partial<Retention> = {}): Promise<void> {
    this.engine = lmdbEngine({ path: this.path, now: this.clock.now });
    await this.engine.start({ ...UNLIMITED, ...this.retention, ...retention });
  }

  /** Closes the log, counts, and opens it again. */
  async counts() {
    await this.engine.stop();
    const counts = await tableCounts(this.path);
    await this.reopen();
    return counts;
  }

  publishMany(count: number, topic: (index: number) => string, journaled = false) {
    const drafts = Array.from({ length: count }, (_, index) => ({
      topic: topic(index),
      type: 'message',
      json: String(index),
      journaled,
    }));
    return Promise.all(drafts.map((draft) => this.engine.publish(draft)));
  }
}

describe('what is too old', () => {
  it('is not read, though it is trimmed a bit with each write', async () => {
    const log = await Log.open({ maxAgeMs: 1_000 });
    const start = await log.engine.head();
    await log.publishMany(2_000, (index) => `old/${index % 3}`);
    log.clock.advance(1_001);
    expect((await readOn(log.engine, ['old/0'], 'earliest')).events).toEqual([]);
    expect(await log.engine.latest('old/0')).toBeUndefined();
    expect((await readPage(log.engine, ['old/0'], start)).reset).toEqual({ reason: 'expired' });

    await publish(log.engine, 'new');
    const { order, history } = await log.counts();
    expect(order).toBe(history);
    expect(order).toBeLessThan(2_000);
    expect(order).toBeGreaterThan(2_000 - AT_A_TIME);
    await log.engine.stop();
  });

  it('goes faster than events come, and its topics with it', async () => {
    const log = await Log.open({ maxAgeMs: 1_000 });
    const start = await log.engine.head();
    await log.publishMany(3_000, (index) => `old/${index}`);
    log.clock.advance(1_001);
    for (let round = 0; round < 4; round++) await log.publishMany(1_000, () => 'new');
    expect(await log.counts()).toMatchObject({ order: 4_000, history: 4_000, topics: 1 });
    expect((await readPage(log.engine, ['old/0'], start)).reset).toEqual({ reason: 'expired' });
    await log.engine.stop();
  });

  it('of keys and claims is forgotten', async () => {
    const log = await Log.open({ idempotencyMs: 1_000 });
    const { engine, clock } = log;
    await Promise.all(Array.from({ length: 500 }, (_, index) => publish(engine, 'a', index, `key ${index}`)));
    await Promise.all(
      Array.from({ length: 500 }, (_, index) => engine.claims.claim(`claim ${index}`, 'owner', 1_000)),
    );
    await engine.claims.settle('claim 0', 9_000);
    clock.advance(1_001);
    for (let round = 0; round < 8; round++) await publish(engine, 'a');
    expect(await log.counts()).toMatchObject({ keys: 0, claims: 1, expiry: 1 });
    await log.engine.stop();
  });
});

describe('what is too much', () => {
  it('after the limit was lowered is trimmed a bit with each write', async () => {
    const log = await Log.open({ maxEvents: 10_000 });
    const before = await log.publishMany(2_000, () => 'a');
    await log.engine.stop();
    await log.reopen({ maxEvents: 10 });
    const first = await publish(log.engine, 'a');
    const { events } = await readOn(log.engine, ['a'], 'earliest');
    expect(events.length).toBeGreaterThan(2_000 - AT_A_TIME);
    expect(ids(events)).toEqual(ids([...before, first].slice(-events.length)));
    for (let round = 0; round < 10; round++) await publish(log.engine, 'a');
    expect((await readOn(log.engine, ['a'], 'earliest')).events).toHaveLength(10);
    await log.engine.stop();
  });
});

describe('the journal', () => {
  it('keeps nobody from trimming what comes after what is not released', async () => {
    const log = await Log.open({ maxAgeMs: 1_000 });
    const kept = await log.publishMany(1_000, () => 'slow', true);
    await log.publishMany(1_000, (index) => `old/${index}`);
    log.clock.advance(1_001);
    for (let round = 0; round < 10; round++) await publish(log.engine, 'new');
    expect(await log.counts()).toMatchObject({ order: 10, history: 10, topics: 1, journal: 1_000 });
    const page = await log.engine.journal.read(kept[499]!.position, 1_000);
    expect(page.events.map(({ id, json }) => id + json)).toEqual(
      kept.slice(500).map(({ id, json }) => id + json),
    );
    await log.engine.journal.release(kept.at(-1)!.position);
    expect(await log.counts()).toMatchObject({ journal: 0 });
    await log.engine.stop();
  });
});

describe('the file', () => {
  it('does not grow for ever when as much goes as comes', async () => {
    const log = await Log.open({ maxAgeMs: 10_000, maxEvents: 50, idempotencyMs: 5_000 });
    const { engine, clock } = log;
    const sizes: number[] = [];
    for (let round = 0; round < 400; round++) {
      const drafts = Array.from({ length: 50 }, (_, index) => ({
        topic: `topic/${(round * 50 + index) % 120}`,
        type: 'message',
        json: JSON.stringify('x'.repeat(index === 0 ? 6_000 : 200)),
        idempotencyKey: `${round}/${index}`,
        journaled: index % 2 === 0,
      }));
      await Promise.all(drafts.map((draft) => engine.publish(draft)));
      await engine.claims.claim(`claim ${round}`, 'owner', 5_000);
      await engine.records.write([{ key: `record ${round % 10}`, value: 'x'.repeat(1_000) }]);
      clock.advance(100);
      if (round % 10 === 0) await engine.journal.release(await engine.head());
      sizes.push(statSync(join(log.path, 'data.mdb')).size);
    }
    const settled = sizes[199]!;
    expect(sizes.at(-1)! / settled).toBeLessThan(1.1);
    await engine.stop();
  });
});
