import { beforeEach, describe, expect, it } from '@jest/globals';
import { Position } from 'nestjs-realtime-protocol';
import { LogEvent } from '../bus/log-event.js';
import { MemoryRecords } from '../engines/memory/memory-records.js';
import { ConsumerStore, type Exception } from './consumer-store.js';
import { RetryQueue } from './retry-queue.js';

let store: ConsumerStore;
let queue: RetryQueue;
/** What stands before the answer of the store. */
let answer: () => Promise<void> | void;

beforeEach(() => {
  const records = new MemoryRecords();
  answer = () => undefined;
  store = new ConsumerStore('billing', {
    get: (key) => records.get(key),
    write: (changes) => records.write(changes),
    list: async (prefix, query) => {
      const found = await records.list(prefix, query);
      await answer();
      return found;
    },
  });
  queue = new RetryQueue(store);
});

function exception(at: number, seq = at): Exception {
  const event = new LogEvent(new Position('a', 0, seq), 'orders', 'message', 'null', undefined);
  return { event, attempts: 1, at, error: 'x' };
}

async function add(...exceptions: Exception[]): Promise<void> {
  await store.write(exceptions.map((exception) => store.retryChange(exception)));
  for (const exception of exceptions) queue.add(exception);
}

/** Takes all that is due, one after the other, each ended at once. */
async function drain(now = Infinity): Promise<number[]> {
  const taken: number[] = [];
  for (let next; (next = await queue.peek(now));) {
    queue.take(next);
    taken.push(next.at);
    await store.write([store.retryRemoval(next)]);
    queue.ended(next);
  }
  return taken;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a retry queue', () => {
  it('gives what is due, the earliest first', async () => {
    await add(exception(30), exception(10), exception(20));
    expect(await queue.peek(9)).toBeUndefined();
    expect(queue.nextAt).toBe(10);
    expect(await drain(20)).toEqual([10, 20]);
    expect([queue.nextAt, queue.isEmpty]).toEqual([30, false]);
    expect(await drain()).toEqual([30]);
    expect([queue.nextAt, queue.isEmpty]).toEqual([Infinity, true]);
  });

  it('finds after a restart what is in the store', async () => {
    await store.write(numbers(5).map((at) => store.retryChange(exception(at))));
    expect(queue.isEmpty).toBe(false);
    expect(await drain()).toEqual(numbers(5));
  });

  it('forgets what it holds when the store was changed beside it, also while that answers', async () => {
    await store.write([store.retryChange(exception(20)), store.retryChange(exception(30))]);
    answer = async () => {
      answer = () => undefined;
      await store.write([store.retryRemoval(exception(20)), store.retryChange(exception(10, 20))]);
      queue.reload();
    };
    expect(await queue.peek(Infinity)).toBeUndefined();
    expect(queue.isEmpty).toBe(false);
    expect(await queue.peek(Infinity)).toEqual(exception(10, 20));
    await store.write([store.retryRemoval(exception(30)), store.retryChange(exception(5, 30))]);
    queue.reload();
    expect(await drain()).toEqual([5, 10]);
    expect(queue.isEmpty).toBe(true);
  });

  it('gives all of many thousands, in order, whenever they were added', async () => {
    await add(...numbers(2_500).map((at) => exception(at + 2_500)));
    await add(...numbers(2_500).map((at) => exception(2_499 - at)));
    expect(await drain()).toEqual(numbers(5_000));
  });

  it('and of many at once', async () => {
    await add(...numbers(3_000).map((seq) => exception(7, seq)));
    expect(await drain()).toHaveLength(3_000);
  });

  it('what is taken is not given again, even if the store still has it', async () => {
    await add(...numbers(1_500).map((at) => exception(at)));
    const first = (await queue.peek(0))!;
    queue.take(first);
    expect(queue.take(first)).toBe(false);
    expect(await drain()).toHaveLength(1_499);
    queue.ended(first);
    expect(queue.isEmpty).toBe(true);
  });

  it('what is added while the store is asked is not lost', async () => {
    answer = async () => {
      answer = () => undefined;
      await add(exception(5), exception(3));
    };
    expect(await drain()).toEqual([3, 5]);
  });

  it('what ends while the store is asked is not given again', async () => {
    await store.write(numbers(1_500).map((at) => store.retryChange(exception(at))));
    const taken = (await queue.peek(0))!;
    queue.take(taken);
    // Asked again once the first thousand are through.
    answer = async () => {
      answer = () => undefined;
      await store.write([store.retryRemoval(taken)]);
      queue.ended(taken);
      await add(exception(1_000_000), exception(1));
    };
    expect(await drain()).toEqual([
      ...numbers(1_000).slice(1),
      1,
      ...numbers(500).map((at) => at + 1_000),
      1_000_000,
    ]);
    expect(queue.isEmpty).toBe(true);
  });

  it('a store that fails is asked again', async () => {
    await store.write([store.retryChange(exception(1))]);
    answer = () => Promise.reject(new Error('down'));
    await expect(queue.peek(1)).rejects.toThrow('down');
    answer = () => undefined;
    expect(await drain()).toEqual([1]);
  });
});
