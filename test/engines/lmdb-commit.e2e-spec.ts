import { describe, expect, it } from '@jest/globals';
import { closeSync, copyFileSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { LogEvent } from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { readMeta } from '../../libs/realtime/src/engines/lmdb/file/lmdb-meta.js';
import { ids, publish, readOn } from '../contracts/engine/log-access.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { UNLIMITED } from '../support/unlimited.js';

async function start(path: string) {
  const engine = lmdbEngine({ path });
  await engine.start(UNLIMITED);
  return engine;
}

/** How many transactions a log has seen. */
function transactions(path: string): number {
  const fd = openSync(join(path, 'data.mdb'), 'r');
  try {
    return readMeta(fd).transaction;
  } finally {
    closeSync(fd);
  }
}

/** The events in a copy of the file, as it is at this moment. */
function copyOf(path: string, copy: string): () => Promise<string[]> {
  mkdirSync(copy);
  copyFileSync(join(path, 'data.mdb'), join(copy, 'data.mdb'));
  return async () => {
    const engine = await start(copy);
    const { events } = await readOn(engine, ['a'], 'earliest');
    await engine.stop();
    return ids(events);
  };
}

describe('what is published', () => {
  it('is in the file when it is announced, and when it is acknowledged', async () => {
    const path = await temporaryFolder();
    const copies = await temporaryFolder();
    const engine = await start(path);
    const seen: { readonly event: LogEvent; readonly contents: () => Promise<string[]> }[] = [];
    const look = (event: LogEvent) => {
      seen.push({ event, contents: copyOf(path, join(copies, String(seen.length))) });
    };
    await engine.listen(['a'], look);
    for (let round = 0; round < 3; round++) {
      await Promise.all(Array.from({ length: 4 }, async () => look(await publish(engine, 'a'))));
    }
    await engine.stop();
    expect(seen).toHaveLength(24);
    for (const { event, contents } of seen) expect(await contents()).toContain(event.id);
  });

  it('by many at once goes to the disk together', async () => {
    const path = await temporaryFolder();
    const engine = await start(path);
    const before = transactions(path);
    const publishers = Array.from({ length: 64 }, async (_, index) => {
      for (let count = 0; count < 10; count++) await publish(engine, `topic/${index}`);
    });
    await Promise.all(publishers);
    const used = transactions(path) - before;
    await engine.stop();
    expect(used).toBeGreaterThanOrEqual(10);
    expect(used).toBeLessThan(64);
  });

  it('costs no transaction when it was published before, and reading costs none', async () => {
    const path = await temporaryFolder();
    const engine = await start(path);
    await publish(engine, 'a', 1, 'key');
    const before = transactions(path);
    await publish(engine, 'a', 1, 'key');
    await readOn(engine, ['a'], 'earliest');
    await engine.latest('a');
    await engine.journal.release(await engine.head());
    expect(transactions(path)).toBe(before);
    await engine.stop();
  });

  it('while the engine stops is there when it has', async () => {
    const path = await temporaryFolder();
    const engine = await start(path);
    const publishing = Array.from({ length: 50 }, (_, index) => publish(engine, 'a', index));
    await engine.stop();
    const again = await start(path);
    const { events } = await readOn(again, ['a'], 'earliest');
    await again.stop();
    expect(ids(events)).toEqual(ids(await Promise.all(publishing)));
  });
});

describe('a write that fails', () => {
  it('fails alone, and as a whole', async () => {
    const path = await temporaryFolder();
    const engine = await start(path);
    const before = await publish(engine, 'a');
    const tooLong = engine.records.write([
      { key: 'a', value: '1' },
      { key: 'x'.repeat(5_000), value: '2' },
    ]);
    const together = [publish(engine, 'a'), tooLong, publish(engine, 'a')] as const;
    const settled = await Promise.allSettled(together);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(tooLong).rejects.toMatchObject({ code: 'log-unavailable' });
    expect(await engine.records.get('a')).toBeUndefined();
    const { events } = await readOn(engine, ['a'], 'earliest');
    expect(ids(events)).toEqual([before.id, (await together[0]).id, (await together[2]).id]);
    await engine.stop();
  });
});
