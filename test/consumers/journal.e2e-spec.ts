import { Body, Controller, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { Consumers, memoryEngine, RealtimeBus, type RealtimeError } from 'nestjs-realtime';
import { turns } from '../support/turns.js';
import { startApp } from '../support/app.js';
import { OperatorLog } from '../webhooks/operator-log.js';
import { until } from '../support/until.js';
import { handlerOf, Runs } from './handlers.js';
import { TroubledEngine } from './troubled-engine.js';

const KIB = 1024;

@Controller()
class Publishing {
  constructor(private readonly bus: RealtimeBus) {}

  @Post('orders')
  order(@Body() body: object) {
    return this.bus.publish('orders/42', body);
  }
}

/** The journal is told a little later than it is so that a consumer has gone on. */
async function whenThereIsRoom<Result>(publish: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await publish();
    } catch (error) {
      if ((error as RealtimeError).code !== 'journal-full') throw error;
      await turns();
    }
  }
}

/** An application whose journal has room for about 60 events of 1 KiB. */
async function start(maxAgeMs = 3_600_000, now?: () => number) {
  const runs = new Runs();
  const engine = new TroubledEngine(memoryEngine({ now }));
  let releases = 0;
  engine.after = (operation) => {
    if (operation === 'journal.release') releases++;
  };
  const app = await startApp({
    controllers: [Publishing],
    providers: [handlerOf('orders/**', { durable: 'billing', concurrency: 1 }, runs.handle)],
    realtime: {
      engine,
      retention: { maxBytes: 90 * KIB, maxAgeMs },
      shutdown: { timeoutMs: 1 },
    },
  });
  const { bus } = app;
  const consumers = app.nest.get(Consumers);
  const publish = (topic = 'orders/42') => bus.publish(topic, 'x'.repeat(KIB));
  /** Publishes until it is refused. @returns how many were not, and the refusal */
  const fill = async () => {
    for (let count = 0; ; count++) {
      const error = await publish().then(
        () => undefined,
        (refusal: Error) => refusal,
      );
      if (error) return { count, error };
    }
  };
  const publishWhenThereIsRoom = () => whenThereIsRoom(publish);
  return Object.assign(app, {
    runs,
    consumers,
    publish,
    publishWhenThereIsRoom,
    fill,
    releases: () => releases,
  });
}

describe('the journal of the memory engine', () => {
  it('is for what consumers have not handled: a paused one refuses publishers rather than lose', async () => {
    await using app = await start();
    await app.consumers.pause('billing');
    const { count, error } = await app.fill();
    expect(count).toBeGreaterThan(50);
    expect(error).toMatchObject({ code: 'journal-full', status: 503, retryAfterMs: 1_000 });
    await app.publish('menu');
    await app.consumers.resume('billing');
    expect(await app.runs.endNext(count)).toHaveLength(count);
    await app.publishWhenThereIsRoom();
    expect(await app.runs.endNext()).toHaveLength(1);
  });

  it('says who is behind, and what to do, to the application; to clients, that there is no room', async () => {
    await using app = await start();
    await app.consumers.pause('billing');
    for (const state of ['paused', 'running'] as const) {
      // What the journal was told last is what it says.
      let message = '';
      const expected = state === 'paused' ? '"billing", which is paused' : '"billing"';
      if (state === 'running') await app.consumers.resume('billing');
      while (!message.includes(`consumer ${expected}:`)) {
        await turns();
        ({ message } = (await app.fill()).error);
      }
      expect(message).toMatch(
        /^The log has no room\. It waits for the durable consumer "billing".*: \d+ events fill retention\.maxBytes \(92160\)\. Get that consumer going, remove it, or raise the limit\.$/,
      );
    }
    const answer = await fetch(`${app.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(['x'.repeat(KIB)]),
    });
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { statusCode: 503, code: 'journal-full', message: 'The log has no room.' },
    ]);
  });

  it('has room again when the slowest has gone on, and goes through far more than it holds', async () => {
    await using app = await start();
    let handled = 0;
    while (handled < 300) {
      await app.publishWhenThereIsRoom();
      handled += (await app.runs.endNext()).length;
    }
    expect(handled).toBe(300);
  });

  it('holds nothing for a consumer that is missing', async () => {
    const engine = memoryEngine();
    const realtime = { engine, retention: { maxBytes: 90 * KIB } };
    const billing = handlerOf('orders/**', { durable: 'billing' }, () => {});
    const first = await startApp({ providers: [billing], realtime });
    await first.close();
    const runs = new Runs();
    await using second = await startApp({
      providers: [handlerOf('orders/**', { durable: 'shipping' }, runs.handle)],
      realtime,
    });
    for (let count = 0; count < 200; count++) {
      await whenThereIsRoom(() => second.bus.publish('orders/42', 'x'.repeat(KIB)));
      await runs.endNext();
    }
    expect(await second.nest.get(Consumers).list()).toMatchObject([
      { state: 'running' },
      { state: 'missing' },
    ]);
  });

  it('of what all have handled it keeps what retention keeps, for replays', async () => {
    const clock = { now: Date.now() };
    await using app = await start(60_000, () => clock.now);
    await app.publish();
    await app.runs.endNext();
    clock.now += 61_000;
    const recent = await app.publish();
    await app.runs.endNext();
    // Told twice from now on, it is told once of all that was handled.
    const told = app.releases();
    await until(() => app.releases() >= told + 2);
    await app.consumers.replay('billing', new Date(0));
    expect((await app.runs.next()).event.id).toBe(recent.id);
  });
});

describe('the operator of a memory engine', () => {
  it('is told at start what a restart loses', async () => {
    const log = new OperatorLog();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    await using app = await startApp({
      application: { logger: log },
      providers: names.map((durable) => handlerOf('orders/**', { durable }, () => {})),
    });
    expect(await log.next('forgets')).toBe(
      'The engine "memory" forgets everything when this process ends: what the durable consumers "a", "b", "c", "d", "e" and 2 more have not handled by then is lost.',
    );
    await app.close();
    expect(log.lines.drain()).toEqual([]);
  });

  it('is told nothing where there is no durable consumer', async () => {
    const log = new OperatorLog();
    await using app = await startApp({
      application: { logger: log },
      providers: [handlerOf('orders/**', {}, () => {})],
    });
    await app.bus.publish('orders/42', 1);
    expect(log.lines.drain()).toEqual([]);
  });
});
