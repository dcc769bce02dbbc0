import { describe, expect, it } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoryEngine, type Retention } from 'nestjs-realtime';
import { engineContract } from '../contracts/engine.contract.js';
import { publish, publishAll, readOn, readPage } from '../contracts/engine/log-access.js';
import { TestClock } from '../support/test-clock.js';

const MIB = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

engineContract(
  'memory',
  async (retention, now) => {
    const start = async () => {
      const engine = memoryEngine({ now });
      await engine.start(retention);
      return engine;
    };
    let engine = await start();
    return {
      engine,
      reopen: async () => {
        await engine.stop();
        return (engine = await start());
      },
      close: () => engine.stop(),
    };
  },
  { clock: true, maxBytes: true, reopens: true, durable: false, runs: 200 },
);

describe('the memory engine', () => {
  async function start(retention: Partial<Retention>, now?: () => number) {
    const engine = memoryEngine({ now });
    await engine.start({ maxEvents: 1e6, maxAgeMs: 1e12, maxBytes: 1e12, idempotencyMs: 1e6, ...retention });
    return engine;
  }

  it('forgets by age also where nothing is published', async () => {
    const clock = new TestClock();
    const engine = await start({ maxAgeMs: 1_000 }, clock.now);
    const begin = await engine.head();
    const [, last] = await publishAll(engine, ['a', 'b']);
    clock.advance(1_001);
    expect((await readOn(engine, ['a', 'b'], 'earliest')).events).toEqual([]);
    expect(await engine.latest('a')).toBeUndefined();
    expect((await readPage(engine, ['a'], begin)).reset).toEqual({ reason: 'expired' });
    expect((await readOn(engine, ['a'], last!.position)).events).toEqual([]);
  });

  it('is a new log each time', async () => {
    const heads = await Promise.all([start({}), start({})].map(async (engine) => (await engine).head()));
    expect(heads[0]!.epoch).not.toBe(heads[1]!.epoch);
  });

  it('holds no more than maxBytes, whatever is published', async () => {
    const engine = await start({ maxBytes: 4 * MIB });
    const fill = async (count: number) => {
      for (let index = 0; index < count; index++) {
        await publish(engine, `topic/${index}`, `${index}`.padEnd(100_000, 'x'), `key ${index}`);
      }
    };
    await fill(100);
    const before = heapUsed();
    await fill(1_000);
    expect(heapUsed() - before).toBeLessThan(16 * MIB);
    expect(await engine.latest('topic/999')).toBeDefined();
  });

  it('keeps nothing of what it trims', async () => {
    const engine = await start({ maxEvents: 10 });
    const before = heapUsed();
    for (let index = 0; index < 500_000; index++) await publish(engine, 'a');
    expect(heapUsed() - before).toBeLessThan(2 * MIB);
    expect((await readOn(engine, ['a'], 'earliest')).events).toHaveLength(10);
  });

  it('counts what small events of many topics cost', async () => {
    const engine = await start({ maxBytes: 4 * MIB });
    const before = heapUsed();
    for (let index = 0; index < 50_000; index++) await publish(engine, `${'topic'.repeat(40)}/${index}`);
    expect(heapUsed() - before).toBeLessThan(8 * MIB);
    expect(await engine.latest(`${'topic'.repeat(40)}/49999`)).toBeDefined();
  });

  it('hears no listener that has ended, and keeps none', async () => {
    const engine = await start({});
    const before = heapUsed();
    for (let index = 0; index < 50_000; index++) (await engine.listen([`topic/${index}`], () => {}))();
    expect(heapUsed() - before).toBeLessThan(4 * MIB);
  });
});
