import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Consumers, type RealtimeEngine } from 'nestjs-realtime';
import { FakeTime } from '../consumers/fake-time.js';
import { TroubledEngine } from '../consumers/troubled-engine.js';
import { busiestSecond } from '../support/busiest-second.js';
import { ENGINES, type SendingApp, startSending } from './outbound-kit.js';
import { startReceiver } from './outbound-peers.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const RATE_LIMIT = 100;
/** So little that nothing else is due in it. */
const MOMENT_MS = 5;
const LOOKS_PER_MOMENT = 50;

/** A receiver that cuts off whoever calls, until it is told to answer. */
async function startTarget() {
  const target = { isDown: true, calls: 0, arrivals: [] as number[], url: '' };
  const server = createServer((request, response) => {
    target.calls++;
    if (target.isDown) return void request.socket.resetAndDestroy();
    target.arrivals.push(Date.now());
    response.writeHead(204).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  target.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return Object.assign(target, {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** Time that passes only when everything has come to rest that is to happen by then. */
class Days extends FakeTime {
  constructor(
    private readonly app: SendingApp,
    private readonly log: TroubledEngine,
  ) {
    super(log);
  }

  async rest(): Promise<void> {
    const consumers = this.app.nest.get(Consumers);
    for (let looks = 1; ; looks++) {
      await this.log.settled();
      if ((await consumers.list()).every(({ inFlight }) => inFlight === 0)) return;
      // What has ended may wait for more to be written down with; what is on the network takes no time.
      if (looks % LOOKS_PER_MOMENT === 0) await super.pass(MOMENT_MS);
    }
  }

  override async pass(ms: number, stepMs = ms): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      await super.pass(stepMs);
      await this.rest();
    }
  }
}

async function recordsOf({ records }: RealtimeEngine, id: string): Promise<number> {
  return (await records.list(`consumers/webhooks%2F${id}/`, { limit: 100_000 })).length;
}

/** The short form of `npm run soak:outage`. */
describe.each(ENGINES)('an endpoint that is down, with the engine $name,', ({ create }) => {
  it('costs a constant number of records, and the others not a moment', async () => {
    await using files = await create();
    await using target = await startTarget();
    await using receiver = await startReceiver();
    const engine = new TroubledEngine(files.engine());
    await using app = await startSending(engine, { retries: undefined });
    const { id } = await app.endpoints.create({ url: target.url, topics: ['down'] });
    for (let other = 0; other < 20; other++) {
      await app.endpoints.create({ url: receiver.url, topics: [`up/${other}`] });
    }
    using time = new Days(app, engine);
    for (let count = 0; count < 20; count++) await app.bus.publish('down', count);
    await time.rest();
    const [records, calls] = [await recordsOf(engine, id), target.calls];
    expect(calls).toBeLessThanOrEqual(5 + 8);

    // Within moments.
    for (let count = 0; count < 200; count++) {
      await Promise.all([app.bus.publish('down', count), app.bus.publish(`up/${count % 20}`, count)]);
    }
    await receiver.received.take(200);
    await time.rest();
    expect([await recordsOf(engine, id), target.calls]).toEqual([records, calls]);

    await time.pass(3 * HOUR_MS, 5 * MINUTE_MS);
    const later = await recordsOf(engine, id);
    await time.pass(5 * HOUR_MS, 5 * MINUTE_MS);
    expect(await recordsOf(engine, id)).toBeLessThanOrEqual(later);
    expect(later).toBeLessThanOrEqual(50);
  });

  it('is caught up with at its rate limit', async () => {
    await using files = await create();
    await using target = await startTarget();
    const engine = new TroubledEngine(files.engine());
    await using app = await startSending(engine, { retries: undefined });
    const { id } = await app.endpoints.create({ url: target.url, topics: ['down'], rateLimit: RATE_LIMIT });
    using time = new Days(app, engine);
    await Promise.all(Array.from({ length: 1_000 }, (_, count) => app.bus.publish('down', count)));
    await time.rest();
    await time.pass(HOUR_MS, MINUTE_MS);
    // What has failed comes at times of its own.
    const waiting = 1_000 - (await recordsOf(engine, id));
    target.isDown = false;
    await time.passUntil(() => target.arrivals.length > 0, 1_000);
    await time.passUntil(() => target.arrivals.length >= waiting, 100);
    expect(busiestSecond(target.arrivals)).toBeLessThanOrEqual(1.5 * RATE_LIMIT);
    expect(busiestSecond(target.arrivals)).toBeGreaterThanOrEqual(RATE_LIMIT);
  });
});
