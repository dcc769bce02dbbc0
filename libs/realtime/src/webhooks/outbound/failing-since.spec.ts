import { afterEach, expect, it, jest } from '@jest/globals';
import { memoryEngine } from '../../engines/memory/memory-engine.js';
import { DEFAULTS } from '../../realtime.options.js';
import { FailingSince } from './failing-since.js';

const HOUR_MS = 3_600_000;

afterEach(() => void jest.restoreAllMocks());

async function start() {
  const engine = memoryEngine();
  await engine.start(DEFAULTS.retention);
  const get = jest.spyOn(engine.records, 'get');
  const write = jest.spyOn(engine.records, 'write');
  let now = Date.UTC(2026, 0, 1);
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  return { records: engine.records, get, write, pass: (ms: number) => void (now += ms) };
}

it('counts from the first failure after the last success, over restarts', async () => {
  const { records, pass } = await start();
  const before = new FailingSince(records);
  expect(await before.failed('ep_1')).toBe(0);
  pass(HOUR_MS);
  expect(await before.failed('ep_1')).toBe(HOUR_MS);
  pass(HOUR_MS);
  const after = new FailingSince(records);
  expect(await after.failed('ep_1')).toBe(2 * HOUR_MS);
  expect(await after.failed('ep_2')).toBe(0);
  await after.clear('ep_1');
  pass(HOUR_MS);
  expect(await after.failed('ep_1')).toBe(0);
  expect(await new FailingSince(records).failed('ep_2')).toBe(HOUR_MS);
});

it('reads once, and writes when something has changed', async () => {
  const { records, get, write } = await start();
  const failing = new FailingSince(records);
  for (let turn = 0; turn < 3; turn++) await failing.clear('ep_1');
  expect([get.mock.calls.length, write.mock.calls.length]).toEqual([1, 0]);
  for (let turn = 0; turn < 3; turn++) await failing.failed('ep_1');
  await failing.forget('ep_1');
  expect([get.mock.calls.length, write.mock.calls.length]).toEqual([1, 2]);
  expect(await records.list('endpoints-failing/', { limit: 10 })).toEqual([]);
});
