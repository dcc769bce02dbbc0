import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { MemoryRecords } from '../../engines/memory/memory-records.js';
import { AttemptLog } from './attempt-log.js';
import type { DeliveryAttempt } from './endpoint.js';

let records: MemoryRecords;
let log: AttemptLog;

beforeEach(() => {
  jest.useFakeTimers();
  Logger.overrideLogger(false);
  records = new MemoryRecords();
  log = new AttemptLog(records);
});

afterEach(() => void jest.useRealTimers());

function attempt(number: number): DeliveryAttempt {
  const event = { eventId: `event-${number}`, topic: 'orders/1', type: 'order.ready' };
  return { ...event, number: 1, time: new Date().toISOString(), durationMs: 5, answer: '', ok: true };
}

function add(endpointId: string, from: number, to: number): void {
  for (let number = from; number <= to; number++) log.add(endpointId, attempt(number));
}

async function numbers(endpointId: string): Promise<number[]> {
  const found = await log.list(endpointId, { limit: Infinity });
  return found.map(({ eventId }) => Number(eventId.slice('event-'.length)));
}

const stored = async () => (await records.list('attempts/', { limit: Infinity })).length;
const range = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => from - index);

it('writes what a second brings at once, one record per endpoint, and shows it before', async () => {
  const write = jest.spyOn(records, 'write');
  add('a', 1, 3);
  add('b', 1, 2);
  await jest.advanceTimersByTimeAsync(999);
  expect(write).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(1);
  expect([write.mock.calls.length, await stored()]).toEqual([1, 2]);
  add('a', 4, 4);
  expect([await numbers('a'), await numbers('b')]).toEqual([range(4, 1), range(2, 1)]);
});

it('keeps the last thousand attempts, over a restart as well', async () => {
  for (let number = 1; number <= 1_050; number++) {
    add('a', number, number);
    await log.flush();
  }
  jest.advanceTimersByTime(5);
  log = new AttemptLog(records);
  add('a', 1_051, 1_150);
  add('b', 1, 1);
  await log.flush();
  // The excess goes in time, and not what is a record with what must stay.
  expect(await stored()).toBe(900 + 1 + 1);
  expect(await numbers('a')).toEqual(range(1_150, 151));
  expect(await numbers('b')).toEqual([1]);
});

it('holds no more than two thousand of an endpoint, however long it takes to write', async () => {
  let written!: () => void;
  const write = records.write.bind(records);
  jest.spyOn(records, 'write').mockImplementationOnce(async (changes) => {
    await new Promise<void>((resolve) => (written = resolve));
    await write(changes);
  });
  add('a', 1, 1);
  await jest.advanceTimersByTimeAsync(1_000);
  add('a', 2, 5_000);
  written();
  await log.flush();
  const found = await records.list('attempts/a/', { limit: Infinity });
  expect(found.map(({ value }) => (JSON.parse(value) as unknown[]).length)).toEqual([1_999]);
  expect(await numbers('a')).toEqual(range(5_000, 4_001));
});

it('forgets what could not be written, and goes on', async () => {
  jest.spyOn(records, 'write').mockRejectedValueOnce(new Error('full'));
  add('a', 1, 2);
  await log.flush();
  add('a', 3, 3);
  expect(await numbers('a')).toEqual([3]);
});

it('clears one endpoint, and counts anew', async () => {
  add('a', 1, 1_000);
  add('b', 1, 1);
  await log.clear('a');
  add('a', 1, 1_099);
  expect([await numbers('a'), await numbers('b')]).toEqual([range(1_099, 100), [1]]);
});
