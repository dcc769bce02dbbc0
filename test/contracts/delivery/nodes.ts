import { Controller, Param } from '@nestjs/common';
import {
  LongPoll,
  type RealtimeBus,
  type RealtimeEngine,
  type RealtimeOptions,
  ShortPoll,
  Sse,
  TopicPolicy,
  type TopicPolicyHandler,
  topic,
  topics,
} from 'nestjs-realtime';
import { type AdapterName, type RunningApp, startApp } from '../../support/app.js';

/** What is published to and read: names that every wire has to carry as they are. */
export const TOPICS = [
  'orders/1',
  'orders/2',
  'orders/é/🍜',
  'a b',
  'a%2Fb',
  'x?y=z&topic=menu',
  'menu',
  '"quoted"',
  'data: 1',
  '漢'.repeat(80),
] as const;

/** The topic of the readers of one. */
export const ONE = TOPICS[0];

@Controller('log')
class LogController {
  @ShortPoll('short')
  short() {
    return topics(...TOPICS);
  }

  @LongPoll('long')
  long() {
    return topics(...TOPICS);
  }

  @Sse('data')
  data() {
    return topics(...TOPICS);
  }

  @Sse('envelope', { envelope: true })
  envelope() {
    return topics(...TOPICS);
  }

  @Sse('orders/:id')
  one(@Param('id') id: string) {
    return topic('orders', id);
  }
}

@TopicPolicy('**')
class EverythingPolicy implements TopicPolicyHandler {
  canSubscribe() {
    return true;
  }
}

/** A server over the log, on one of the adapters. */
export class Node {
  private app!: RunningApp;

  private constructor(
    readonly adapter: AdapterName,
    private readonly engine: RealtimeEngine,
    private readonly retention: RealtimeOptions['retention'],
  ) {}

  static async start(
    adapter: AdapterName,
    engine: RealtimeEngine,
    retention: RealtimeOptions['retention'],
  ): Promise<Node> {
    const node = new Node(adapter, engine, retention);
    await node.open();
    return node;
  }

  get port(): number {
    return this.app.port;
  }

  get bus(): RealtimeBus {
    return this.app.bus;
  }

  close(): Promise<void> {
    return this.app.close();
  }

  /** As in a deploy. */
  async restart(): Promise<void> {
    await this.close();
    await this.open();
  }

  private async open(): Promise<void> {
    this.app = await startApp({
      adapter: this.adapter,
      controllers: [LogController],
      providers: [EverythingPolicy],
      realtime: {
        engine: this.engine,
        retention: { maxEvents: 1e6, maxBytes: 1e12, ...this.retention },
        // Many heartbeats, and waits that end often, for both move cursors.
        sse: { heartbeatMs: 30 },
        longPoll: { waitMs: 300 },
        shutdown: { spreadMs: 1 },
      },
    });
  }
}
