import { expect, it } from '@jest/globals';
import { ClientProxy, ClientsModule, type ReadPacket } from '@nestjs/microservices';
import { Consumers, memoryEngine, type TopicEvent } from 'nestjs-realtime';
import { relay } from 'nestjs-realtime/relay';
import { FakeTime } from '../consumers/fake-time.js';
import { TroubledEngine } from '../consumers/troubled-engine.js';
import { startApp } from '../support/app.js';

const DAY_MS = 24 * 3_600_000;
const STEP_MS = 5 * 60_000;

/** A transport of one's own, to something that is down until it is told not to be. */
class Pigeon extends ClientProxy {
  isDown = true;
  readonly arrived: TopicEvent[] = [];

  connect(): Promise<void> {
    return this.isDown ? Promise.reject(new Error('Nobody answers.')) : Promise.resolve();
  }

  close(): void {}

  unwrap<T>(): T {
    return undefined as T;
  }

  protected publish(): () => void {
    throw new Error('Pigeons bring no answers.');
  }

  protected async dispatchEvent<T>({ data }: ReadPacket<TopicEvent>): Promise<T> {
    this.arrived.push(data);
    return undefined as T;
  }
}

it('an outage of days costs the place in line of one event at most, and only after three days', async () => {
  const engine = new TroubledEngine(memoryEngine());
  await using app = await startApp({
    imports: [ClientsModule.register([{ name: 'KITCHEN', customClass: Pigeon }])],
    providers: [relay({ name: 'kitchen', topics: 'orders/*', client: 'KITCHEN', pattern: 'orders' })],
    realtime: { engine },
  });
  const pigeon = app.nest.get<Pigeon>('KITCHEN', { strict: false });
  const consumers = app.nest.get(Consumers);
  using time = new FakeTime(engine);
  const events: TopicEvent[] = [];
  for (let at = 0; at < 50; at++) events.push(await app.bus.publish('orders/42', at));

  await time.pass(2.5 * DAY_MS, STEP_MS);
  expect(await consumers.deadLetters('kitchen')).toEqual([]);
  await time.pass(3 * DAY_MS, STEP_MS);
  expect(await consumers.deadLetters('kitchen')).toMatchObject([{ event: { id: events[0]!.id } }]);
  expect(await engine.records.list('consumers/kitchen/', { limit: 100 })).toHaveLength(2);

  pigeon.isDown = false;
  await time.passUntil(() => pigeon.arrived.length === 49, STEP_MS);
  expect(pigeon.arrived).toEqual(events.slice(1));
  expect(await consumers.redeliver('kitchen')).toBe(1);
  await time.passUntil(() => pigeon.arrived.length === 50, 1_000);
  expect(pigeon.arrived.at(-1)).toEqual(events[0]);
});
