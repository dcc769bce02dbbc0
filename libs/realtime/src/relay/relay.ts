import type { FactoryProvider, OnModuleInit } from '@nestjs/common';
import type { ClientProxy } from '@nestjs/microservices';
import type { TopicEvent } from 'nestjs-realtime-protocol';
import { TopicPattern } from '../bus/topic-pattern.js';
import { type Attempt, GiveUpError, withDefaults } from '../consumers/consumer-options.js';
import { culprit } from '../consumers/consumer-check.js';
import { Consumers } from '../consumers/consumers.js';
import { reasonOf } from '../consumers/failure.js';
import { RealtimeConfigurationError } from '../realtime.errors.js';
import { acknowledged, type Sending } from './acknowledged.js';
import { RELAY_DEFAULTS, type RelayOptions } from './relay-options.js';
import { wireRecord } from './wire-record.js';

/**
 * A provider that sends events on through a `ClientProxy`: to Kafka, NATS, RabbitMQ, MQTT, Redis. It is a durable
 * consumer: it goes on where it stopped, an event is sent again until it is acknowledged, and the receiver may
 * get it more than once, with the same `id`. Put it where the client can be injected.
 *
 * @example
 * \@Module({
 *   imports: [ClientsModule.register([{ name: 'KITCHEN', transport: Transport.KAFKA }])],
 *   providers: [relay({ name: 'orders-to-kitchen', topics: 'orders/*', client: 'KITCHEN', pattern: 'orders' })],
 * })
 * class OrdersModule {}
 */
export function relay(options: RelayOptions): FactoryProvider<unknown> {
  return {
    provide: Symbol(`relay ${options.name}`),
    inject: [options.client, Consumers],
    useFactory: (client: ClientProxy, consumers: Consumers) => new Relay(options, client, consumers),
  };
}

/** Sends one event after the other. */
class Relay implements OnModuleInit {
  constructor(
    private readonly options: RelayOptions,
    private readonly client: ClientProxy,
    private readonly consumers: Consumers,
  ) {}

  /** @throws RealtimeConfigurationError naming the relay */
  async onModuleInit(): Promise<void> {
    const {
      name,
      topics,
      client: _client,
      pattern: _pattern,
      payload: _payload,
      ack: _ack,
      ...given
    } = this.options;
    const ordered = given.ordered ?? given.concurrency === undefined;
    await culprit(`The relay "${name}"`, async () =>
      this.consumers.add({
        ...withDefaults({ ...given, ordered }, RELAY_DEFAULTS),
        name,
        patterns: patternsOf(topics),
        handle: async (event, attempt) => this.send(event.toTopicEvent(), attempt),
      }),
    );
  }

  private send(event: TopicEvent, { signal }: Attempt): Promise<void> {
    return acknowledged(this.client, this.sending(event), signal);
  }

  /** @throws GiveUpError when the application's functions fail: they would again */
  private sending(event: TopicEvent): Sending {
    const { pattern, payload, ack = 'broker' } = this.options;
    try {
      const data = payload ? payload(event) : event;
      if (data === undefined || data === null) throw new Error('payload() returned nothing');
      const record = wireRecord(this.client, event, data);
      return { pattern: typeof pattern === 'function' ? pattern(event) : pattern, record, ack };
    } catch (error) {
      throw new GiveUpError(`What to send cannot be made: ${reasonOf(error)}`, { cause: error });
    }
  }
}

function patternsOf(topics: RelayOptions['topics']): TopicPattern[] {
  try {
    return [topics].flat().map((pattern) => new TopicPattern(pattern));
  } catch (error) {
    throw new RealtimeConfigurationError((error as Error).message);
  }
}
