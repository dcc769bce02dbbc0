import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { memoryEngine } from '../engines/memory/memory-engine.js';
import { Feeds } from '../bus/feeds.js';
import { resolveOptions } from '../realtime.options.js';
import { Heartbeats } from './heartbeats.js';

class Client {
  readonly at: number[] = [];
  destroyed = false;

  constructor(private readonly also?: () => void) {}

  beat(): void {
    this.at.push(performance.now());
    this.also?.();
  }

  destroy(): void {
    this.destroyed = true;
  }
}

/** Feeds whose log answers when it likes. */
class SlowFeeds extends Feeds {
  asked = 0;

  constructor(private readonly answer: () => Promise<void>) {
    super(memoryEngine());
  }

  override advance(): Promise<void> {
    this.asked++;
    return this.answer();
  }
}

describe('Heartbeats', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    Logger.overrideLogger(false);
  });
  afterEach(() => void jest.useRealTimers());

  const start = (answer: () => Promise<void> = () => Promise.resolve()) => {
    const feeds = new SlowFeeds(answer);
    const heartbeats = new Heartbeats(resolveOptions({ sse: { heartbeatMs: 15_000 } }), feeds);
    heartbeats.onModuleInit();
    return { feeds, heartbeats };
  };

  it('come once an interval, the first after no more than one, spread over it', () => {
    const { heartbeats } = start();
    const clients = Array.from({ length: 30 }, () => {
      const client = new Client();
      const added = performance.now();
      heartbeats.add(client);
      jest.advanceTimersByTime(700);
      return { client, added };
    });
    jest.advanceTimersByTime(60_000);
    for (const { client, added } of clients) {
      expect(client.at[0]! - added).toBeGreaterThan(13_000);
      expect(client.at[0]! - added).toBeLessThanOrEqual(15_000);
      for (let n = 1; n < client.at.length; n++) expect(client.at[n]! - client.at[n - 1]!).toBe(15_000);
    }
    expect(new Set(clients.map(({ client }) => client.at[0])).size).toBeGreaterThan(10);
  });

  it('ask the log once an interval, however many connections there are', async () => {
    const { heartbeats, feeds } = start();
    for (let n = 0; n < 30; n++) {
      heartbeats.add(new Client());
      await jest.advanceTimersByTimeAsync(500);
    }
    const before = feeds.asked;
    await jest.advanceTimersByTimeAsync(45_000);
    expect(feeds.asked - before).toBe(3);
  });

  it('do not wait for the log, and ask it one thing at a time', () => {
    const { heartbeats, feeds } = start(() => Promise.race([]));
    const client = new Client();
    heartbeats.add(client);
    jest.advanceTimersByTime(45_000);
    expect([client.at.length, feeds.asked]).toEqual([3, 1]);
  });

  it('come though the log cannot be read', async () => {
    const { heartbeats, feeds } = start(() => Promise.reject(new Error('no log')));
    const client = new Client();
    heartbeats.add(client);
    await jest.advanceTimersByTimeAsync(45_000);
    expect([client.at.length, feeds.asked]).toEqual([3, 3]);
  });

  it('end a connection whose own fails, and no other', () => {
    const { heartbeats } = start();
    const failing = new Client(() => {
      throw new Error('out of order');
    });
    const other = new Client();
    heartbeats.add(failing);
    heartbeats.add(other);
    jest.advanceTimersByTime(15_000);
    expect([failing.destroyed, other.destroyed, other.at.length]).toEqual([true, false, 1]);
  });

  it('end with what they are for', () => {
    const { heartbeats, feeds } = start();
    const client = new Client();
    const slot = heartbeats.add(client);
    expect(heartbeats.size).toBe(1);
    heartbeats.remove(client, slot);
    jest.advanceTimersByTime(30_000);
    expect([client.at.length, heartbeats.size, feeds.asked]).toEqual([0, 0, 0]);
    heartbeats.onApplicationShutdown();
    expect(jest.getTimerCount()).toBe(0);
  });
});
