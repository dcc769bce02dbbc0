import { Controller } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { LongPoll, type RealtimeOptions, Sse, topic } from 'nestjs-realtime';
import { AllReaders, READERS, STREAMS } from './support/all-readers.js';
import { ADAPTERS, type RunningApp, startApp } from './support/app.js';
import { census, NOBODY } from './support/census.js';
import { Gate } from './support/gate.js';
import { ask, askLog } from './support/http-answer.js';
import { getRequest, rawClient } from './support/raw-client.js';
import { openSse } from './support/sse-client.js';
import { turns } from './support/turns.js';
import { until } from './support/until.js';

@Controller('slow')
class SlowReaders {
  static gate = new Gate();

  @LongPoll('long', { topic: 'a' })
  async long() {
    await SlowReaders.gate.pass();
    return 'ready';
  }

  @LongPoll('long-log')
  async longLog() {
    await SlowReaders.gate.pass();
    return topic('a');
  }

  @LongPoll('other-log')
  async otherLog() {
    await SlowReaders.gate.pass();
    return topic('b');
  }

  @Sse('sse')
  async sse() {
    await SlowReaders.gate.pass();
    return topic('a');
  }
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

describe.each(ADAPTERS)('app.close() with HTTP readers on %s', (adapter) => {
  const start = async (realtime: RealtimeOptions = {}) => {
    const app = await startApp({ adapter, controllers: [AllReaders, SlowReaders], realtime });
    const { cursor } = await askLog(`${app.url}/readers/short-log`);
    return Object.assign(app, {
      controller: app.nest.get(AllReaders),
      log: `${app.url}/readers/long-log?since=${cursor}`,
      state: `${app.url}/readers/long`,
      cursor,
    });
  };
  /** A client that reads nothing, with more on the way than the network holds. */
  const stall = async ({ port }: { port: number }, path: string) => {
    const client = await rawClient(port, getRequest(`/readers/${path}`));
    await client.has('HTTP/1.1 200');
    client.socket.pause();
    return client;
  };

  /** Publishes more than the network holds. */
  const publishMuch = async ({ bus }: RunningApp) => {
    for (let n = 0; n < 20; n++) {
      await bus.publish('a', 'x'.repeat(1_000_000));
      await turns();
    }
  };

  it('ends hundreds of polls and streams, each with when to come back', async () => {
    await using app = await start();
    const logs = times(150, () => ask(app.log));
    const tagged = times(50, () => ask(app.log, { 'If-None-Match': '"x"' }));
    const ready = times(100, () => ask(app.state, { 'If-None-Match': '*' }));
    await until(() => census(app).connections === 300);
    app.controller.state = undefined;
    const notReady = times(100, () => ask(app.state));
    const streams = await Promise.all(
      STREAMS.flatMap((path) => times(100, () => openSse(`${app.url}/readers/${path}`))),
    );
    await until(() => census(app).connections === 700);

    const closed = app.close();
    const retries = new Set<number>();
    for (const [status, polls] of [
      [204, logs],
      [304, tagged],
      [304, ready],
      [202, notReady],
    ] as const) {
      for (const answer of await Promise.all(polls)) {
        expect([answer.status, answer.headers.get('connection')]).toEqual([status, 'close']);
        expect(answer.headers.get('realtime-cursor')).toBe(app.cursor);
        retries.add(Number(answer.headers.get('retry-after')));
      }
    }
    expect(Math.min(...retries)).toBe(1);
    expect(retries.size).toBeGreaterThan(3);
    const comeBack = new Set<number>();
    for (const stream of streams) {
      await stream.ended;
      const { event, data } = stream.messages.drain().at(-1)!;
      const { retryMs } = JSON.parse(data) as { retryMs: number };
      expect([event, stream.text().includes(`retry: ${retryMs}\n`)]).toEqual(['$closing', true]);
      comeBack.add(retryMs);
    }
    expect(comeBack.size).toBeGreaterThan(100);
    await closed;
    expect(census(app)).toEqual({ ...NOBODY, feeds: -1 });
  });

  it('answers what was being handled, and has nobody wait any more', async () => {
    await using app = await start();
    const gate = (SlowReaders.gate = new Gate());
    const slow = `${app.url}/slow`;
    const [first, ready, known, log, stream] = [
      ask(`${slow}/long-log`),
      ask(`${slow}/long`),
      ask(`${slow}/long`, { 'If-None-Match': '*' }),
      ask(`${slow}/other-log?since=${app.cursor}`),
      ask(`${slow}/sse`),
    ];
    await until(() => gate.arrived === 5);
    // Keeps the server listening while it shuts down.
    using stalled = await stall(app, 'sse-log');
    await publishMuch(app);
    const closed = app.close();
    while ((await ask(`${app.url}/readers/short`)).status !== 503);
    gate.open();
    expect([(await first).status, (await ready).text]).toEqual([200, 'ready']);
    for (const answer of [await known, await log, await stream]) {
      expect([answer.status, answer.body]).toMatchObject([503, { code: 'shutting-down' }]);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    stalled.socket.destroy();
    await closed;
  });

  it('ends within its time though a client never reads, and turns new ones away meanwhile', async () => {
    await using app = await start({ shutdown: { timeoutMs: 1_000, spreadMs: 10_000 } });
    using log = await stall(app, 'sse-log');
    using observable = await stall(app, 'sse-observable');
    app.controller.state = 'x'.repeat(20_000_000);
    using state = await stall(app, 'sse-state');
    await publishMuch(app);
    const closed = app.close();
    for (const path of READERS) {
      const { status, headers, body } = await ask(`${app.url}/readers/${path}`);
      expect([path, status, body]).toMatchObject([path, 503, { statusCode: 503, code: 'shutting-down' }]);
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    await closed;
    await until(() => census(app).connections === 0);
    expect(census(app)).toEqual({ ...NOBODY, feeds: -1 });
    for (const client of [log, observable, state]) client.socket.resume();
    await Promise.all([log.ended, observable.ended, state.ended]);
  });

  it('ends within its time though a client never reads the answer to its poll', async () => {
    await using app = await start({ shutdown: { timeoutMs: 500 } });
    app.controller.state = 'x'.repeat(20_000_000);
    await publishMuch(app);
    using short = await stall(app, 'short');
    using long = await stall(app, 'long');
    await app.close();
    expect(census(app)).toEqual({ ...NOBODY, feeds: -1 });
    for (const client of [short, long]) client.socket.resume();
    await Promise.all([short.ended, long.ended]);
  });
});
