import { expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { LogEvent, RealtimeEngine } from 'nestjs-realtime';
import { redisEngine, type RedisEngineOptions } from 'nestjs-realtime/redis';
import { ids, publish, publishAll, readOn, readPage } from '../contracts/engine/log-access.js';
import { Inbox } from '../support/inbox.js';
import { describeWith } from '../support/describe-with.js';
import { REDIS } from '../support/ensure-system.js';
import { RedisServer } from '../support/redis-server.js';
import { UNLIMITED } from '../support/unlimited.js';

const ON_DISK = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];

interface Opened extends AsyncDisposable {
  readonly engine: RealtimeEngine;
}

async function open(server: RedisServer, options: Partial<RedisEngineOptions> = {}): Promise<Opened> {
  const engine = redisEngine({ url: server.url, ...options });
  await engine.start(UNLIMITED);
  return { engine, [Symbol.asyncDispose]: () => engine.stop() };
}

/** Resolves once it can be published to again. */
async function back(engine: RealtimeEngine): Promise<void> {
  for (;;) {
    try {
      await engine.head();
      return;
    } catch {
      await new Promise((resolve) => void setImmediate(resolve));
    }
  }
}

describeWith(REDIS)('when announcements are cut off', () => {
  it('what was missed is heard, in order, before anything new', async () => {
    await using server = await RedisServer.start();
    await using one = await open(server);
    await using other = await open(server);
    const [some, all] = [new Inbox<LogEvent>(), new Inbox<LogEvent>()];
    await one.engine.listen(['a', 'b'], some.push);
    await one.engine.listenAll(all.push);
    const redis = new Redis(server.url);
    const events: LogEvent[] = [];
    for (let round = 0; round < 5; round++) {
      await redis.client('KILL', 'TYPE', 'pubsub');
      for (let n = 0; n < 200; n++) events.push(await publish(other.engine, ['a', 'b', 'c'][n % 3]!, n));
      await back(one.engine);
    }
    redis.disconnect();
    expect(ids(await all.take(events.length))).toEqual(ids(events));
    const own = events.filter(({ topic }) => topic !== 'c');
    expect(ids(await some.take(own.length))).toEqual(ids(own));
    const last = await publish(other.engine, 'a');
    expect((await some.next()).id).toBe(last.id);
    expect((await all.next()).id).toBe(last.id);
  });
});

describeWith(REDIS)('when Redis is away', () => {
  it('publishing fails at once, and says so', async () => {
    await using server = await RedisServer.start();
    await using opened = await open(server);
    await server.kill();
    await expect(publish(opened.engine, 'a')).rejects.toMatchObject({ code: 'log-unavailable' });
    await expect(readPage(opened.engine, ['a'], 'earliest')).rejects.toMatchObject({
      code: 'log-unavailable',
    });
  });

  it('and is from the start, starting fails', async () => {
    const server = await RedisServer.start();
    await server[Symbol.asyncDispose]();
    await expect(open(server)).rejects.toMatchObject({ code: 'log-unavailable' });
  });

  it.each([
    ['without its data', undefined, {}],
    ['with its data, of which nobody says that it is all', ON_DISK, {}],
  ])('and comes back %s, a new epoch begins', async (_, flags, options) => {
    await using server = await RedisServer.start(flags);
    await using opened = await open(server, options);
    const { engine } = opened;
    const inbox = new Inbox<LogEvent>();
    await engine.listen(['a'], inbox.push);
    const before = await publish(engine, 'a', 1);
    await server.kill();
    await server.run();
    await back(engine);
    expect((await readPage(engine, ['a'], before.position)).reset).toEqual({ reason: 'epoch' });
    const after = await publish(engine, 'a', 2);
    expect(after.position.epoch).not.toBe(before.position.epoch);
    expect(after.position.isAfter(before.position)).toBe(true);
    expect(ids(await inbox.until(({ id }) => id === after.id)).at(-1)).toBe(after.id);
  });

  it('and comes back with all its data, the log goes on', async () => {
    await using server = await RedisServer.start(ON_DISK);
    await using opened = await open(server, { persistent: true });
    const { engine } = opened;
    const inbox = new Inbox<LogEvent>();
    await engine.listen(['a'], inbox.push);
    const before = await publishAll(engine, ['a', 'b', 'a']);
    await server.kill();
    await server.run();
    await back(engine);
    const after = await publish(engine, 'a');
    expect(after.previous).toEqual(before[2]!.position);
    expect(ids((await readOn(engine, ['a'], before[0]!.position)).events)).toEqual([before[2]!.id, after.id]);
    expect(ids(await inbox.take(3))).toEqual([before[0]!.id, before[2]!.id, after.id]);
  });
});
