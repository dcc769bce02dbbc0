import { afterEach } from '@jest/globals';
import { type Type } from '@nestjs/common';
import {
  Consumers,
  type OnTopicOptions,
  type RealtimeEngine,
  type RealtimeOptions,
  type TopicEvent,
} from 'nestjs-realtime';
import { OperatorLog } from '../../webhooks/operator-log.js';
import { type RunningApp, startApp } from '../../support/app.js';
import { Inbox } from '../../support/inbox.js';
import { handlerOf, Runs } from '../../consumers/handlers.js';
import { TroubledEngine } from '../../consumers/troubled-engine.js';

/** A log that outlives the applications over it. */
export interface DurableLog {
  /** An engine over it. Its start and stop are what a process does. */
  engine(): RealtimeEngine;
  /** Removes it, once nothing uses it. */
  remove(): Promise<void>;
}

export type LogFactory = () => Promise<DurableLog>;

export interface ConsumingApp extends RunningApp {
  readonly consumers: Consumers;
  readonly engine: TroubledEngine;
  readonly log: OperatorLog;
  /** What is published on `realtime/consumers/<name>`. */
  news(name?: string): Inbox<TopicEvent>;
  /** Publishes each on the topic `orders/42`. */
  publish(...data: unknown[]): Promise<TopicEvent[]>;
  /** Ends like a process that is killed: nothing is written any more. */
  kill(): Promise<void>;
}

/** Applications over one log, all closed after the test. */
export class Shop {
  private readonly apps = new Set<RunningApp>();

  constructor(
    readonly durable: DurableLog,
    private readonly realtime: RealtimeOptions,
  ) {}

  /** Starts an application with these handlers. */
  async start(...providers: Type[]): Promise<ConsumingApp> {
    const engine = new TroubledEngine(this.durable.engine());
    const log = new OperatorLog();
    const application = { logger: log };
    const app = await startApp({ providers, application, realtime: { ...this.realtime, engine } });
    this.apps.add(app);
    const publish = async (...data: unknown[]) => {
      const events: TopicEvent[] = [];
      for (const item of data) events.push(await app.bus.publish('orders/42', item));
      return events;
    };
    const news = (name = 'billing') => {
      const inbox = new Inbox<TopicEvent>();
      app.bus.stream(`realtime/consumers/${name}`).subscribe(inbox.push);
      return inbox;
    };
    const kill = () => {
      engine.die();
      return app.close();
    };
    return Object.assign(app, { consumers: app.nest.get(Consumers), engine, log, news, publish, kill });
  }

  /** Starts an application with one durable handler, "billing" on `orders/**`, whose attempts the test ends. */
  async startBilling(options: OnTopicOptions = {}): Promise<ConsumingApp & { readonly runs: Runs }> {
    const runs = new Runs();
    const app = await this.start(handlerOf('orders/**', { durable: 'billing', ...options }, runs.handle));
    return Object.assign(app, { runs });
  }

  async close(): Promise<void> {
    for (const app of this.apps) await app.close();
    await this.durable.remove();
  }
}

export type OpenShop = (realtime?: RealtimeOptions) => Promise<Shop>;

/** Shops that are closed after the test. Shutdowns cut off at once what does not end. */
export function shopsOf(factory: LogFactory): OpenShop {
  const shops = new Set<Shop>();
  afterEach(async () => {
    for (const shop of shops) await shop.close();
    shops.clear();
  });
  return async (realtime = {}) => {
    const shop = new Shop(await factory(), { shutdown: { timeoutMs: 1 }, ...realtime });
    shops.add(shop);
    return shop;
  };
}
