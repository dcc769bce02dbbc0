import { ClientsModule } from '@nestjs/microservices';
import { Consumers, memoryEngine, Position, type RealtimeEngine, type TopicEvent } from 'nestjs-realtime';
import { relay, type RelayOptions } from 'nestjs-realtime/relay';
import { TroubledEngine } from '../consumers/troubled-engine.js';
import { type RunningApp, startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { turns } from '../support/turns.js';
import type { Broker, Received } from './broker.js';

export interface RelayingApp extends RunningApp {
  readonly consumers: Consumers;
  /** What is published on `realtime/consumers/kitchen`. */
  readonly news: Inbox<TopicEvent>;
  /** Publishes each, by turns on `orders/1`, `orders/2` and `orders/3`. */
  publish(...data: unknown[]): Promise<TopicEvent[]>;
  /** Resolves once everything up to this event is acknowledged. */
  acknowledged(event: TopicEvent): Promise<void>;
  /** Ends like a process that is killed: nothing is written any more. */
  kill(): Promise<void>;
}

/** An application with one relay, "kitchen", of `orders/*` to the broker's `orders`. */
export async function startRelaying(
  broker: Broker,
  options: Partial<RelayOptions> = {},
  log: RealtimeEngine = memoryEngine(),
): Promise<RelayingApp> {
  const engine = new TroubledEngine(log);
  const kitchen = { name: 'kitchen', topics: 'orders/*', client: 'KITCHEN', pattern: 'orders' };
  const app = await startApp({
    imports: [ClientsModule.register([{ name: 'KITCHEN', ...broker.client }])],
    providers: [relay({ ...kitchen, ...broker.relay, ...options })],
    realtime: { engine, shutdown: { timeoutMs: 1 } },
  });
  const news = new Inbox<TopicEvent>();
  app.bus.stream('realtime/consumers/kitchen').subscribe(news.push);
  let published = 0;
  const publish = async (...data: unknown[]) => {
    const events: TopicEvent[] = [];
    for (const item of data) events.push(await app.bus.publish(`orders/${1 + (published++ % 3)}`, item));
    return events;
  };
  const consumers = app.nest.get(Consumers);
  const acknowledged = async ({ id }: TopicEvent) => {
    const position = Position.parse(id);
    while (position.isAfter(Position.parse((await consumers.list())[0]!.cursor!))) await turns();
  };
  const kill = () => {
    engine.die();
    return app.close();
  };
  return Object.assign(app, { consumers, news, publish, acknowledged, kill });
}

/** Everything of these that arrives, until all have. What others sent is left out. */
export async function allOf(broker: Broker, events: readonly TopicEvent[]): Promise<Received[]> {
  const ids = new Set(events.map(({ id }) => id));
  const missing = new Set(ids);
  const all = await broker.received.until(({ id }) => {
    missing.delete(id);
    return missing.size === 0;
  });
  return all.filter(({ id }) => ids.has(id));
}

/** By topic, each event once, in the order in which they came first. */
export function byTopic<Event extends Received>(events: readonly Event[]): Record<string, Event[]> {
  const seen = new Set<string>();
  const topics: Record<string, Event[]> = {};
  for (const event of events) {
    if (seen.has(event.id)) continue;
    seen.add(event.id);
    (topics[event.topic] ??= []).push(event);
  }
  return topics;
}

export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
