import { describe, expect, it } from '@jest/globals';
import { follow, start } from '../../../test/client/hand-followers.js';
import { cursor, event } from '../../../test/client/hand-transport.js';
import { RealtimeClientError } from './client.error.js';
import { Follower } from './follower.js';
import type { Followers } from './followers.js';
import { type Told, ToldQueue } from './told.js';

/** Who takes what it is told one by one, when asked. */
function iterate(followers: Followers, since: string) {
  const queue = new ToldQueue({
    pause: () => followers.pause(follower),
    resume: () => followers.resume(follower),
    close: () => followers.end(follower),
  });
  const follower = new Follower(['a'], since, queue);
  followers.add(follower);
  return { queue, follower };
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

async function take(queue: ToldQueue, count: number): Promise<unknown[]> {
  const taken: unknown[] = [];
  for (let n = 0; n < count; n++) {
    const { value } = (await queue.next()) as { value: Told };
    taken.push(value.kind === 'event' ? value.event.data : value);
  }
  return taken;
}

describe('a follower that takes its time', () => {
  it('lets 1,000 wait, and the rest in the log', async () => {
    const { followers, line, changes } = start();
    const fast = follow(followers, ['a'], cursor(0));
    const { queue, follower } = iterate(followers, cursor(0));
    followers.follow([line]);
    line.events(...numbers(1, 2_500));
    expect(fast.told).toHaveLength(2_500);
    expect(follower.cursor).toBe(cursor(1_000));
    expect(await take(queue, 999)).toEqual(numbers(1, 999));
    line.events(2_501);
    const before = changes.length;
    expect(await take(queue, 1)).toEqual([1_000]);
    expect(changes).toHaveLength(before + 1);
    followers.follow([line]);
    expect(line.followed.at(-1)).toEqual({ topics: ['a'], since: cursor(1_000) });
    line.events(...numbers(1_001, 2_501));
    expect(await take(queue, 1_000)).toEqual(numbers(1_001, 2_000));
    followers.follow([line]);
    line.events(...numbers(2_001, 2_501));
    expect(await take(queue, 501)).toEqual(numbers(2_001, 2_501));
    expect(fast.told).toEqual(numbers(1, 2_501));
  });

  it('waits for what comes, and hears the end after it', async () => {
    const { followers, line } = start();
    const { queue, follower } = iterate(followers, cursor(0));
    followers.follow([line]);
    const next = queue.next();
    line.events(1);
    expect(await next).toEqual({ value: { kind: 'event', event: event(1) }, done: false });
    line.events(2);
    followers.end(follower);
    expect(await take(queue, 1)).toEqual([2]);
    expect(await queue.next()).toEqual({ value: undefined, done: true });
  });

  it('is thrown why the server refuses', async () => {
    const { followers } = start();
    const refusal = new RealtimeClientError('forbidden', 'No.');
    const { queue, follower } = iterate(followers, cursor(0));
    followers.end(follower, refusal);
    await expect(queue.next()).rejects.toBe(refusal);
  });

  it('is nobody any more, once it leaves its loop', async () => {
    const { followers, line } = start();
    const { queue } = iterate(followers, cursor(0));
    followers.follow([line]);
    line.events(1, 2, 3);
    for await (const told of queue) {
      expect(told).toEqual({ kind: 'event', event: event(1) });
      break;
    }
    expect(followers.isEmpty).toBe(true);
    expect(await queue.next()).toEqual({ value: undefined, done: true });
  });
});
