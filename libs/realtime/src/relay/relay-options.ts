import type { InjectionToken } from '@nestjs/common';
import type { TopicEvent } from 'nestjs-realtime-protocol';
import { CONSUMER_DEFAULTS, type ConsumerOptions } from '../consumers/consumer-options.js';

/** Which events go where, and when they have arrived. */
export interface RelayOptions extends ConsumerOptions {
  /** Its place in the log is remembered under this name, over restarts, and `Consumers` knows it by it. */
  readonly name: string;
  /** A pattern of topics, or several: `orders/*`, `orders/**`. */
  readonly topics: string | readonly string[];
  /** What a `ClientProxy` is injected by, as in `ClientsModule.register([{ name }])`. */
  readonly client: InjectionToken;
  /**
   * Nest's pattern: the topic of Kafka and MQTT, the subject of NATS, the channel of Redis. A function is asked
   * for each event; if it throws, the event is a dead letter at once.
   */
  readonly pattern: RelayPattern | ((event: TopicEvent) => RelayPattern);
  /**
   * What is sent, as `data` of `ClientProxy.emit`. It is wrapped so that the transport keeps it and its receiver
   * can tell a repetition: for Kafka with the topic as key and a header `id`, for RabbitMQ `persistent` and with
   * a `messageId`, for MQTT with QoS 1. What is a record of the transport's own is sent as it is. If it throws,
   * or returns nothing, the event is a dead letter at once. Default: the event, `{ id, topic, type, data, time }`.
   */
  readonly payload?: (event: TopicEvent) => unknown;
  /**
   * Whose acknowledgement moves the cursor. `broker`: what `ClientProxy.emit` waits for, for NATS also that the
   * server has it. `receiver`: the answer of a `@MessagePattern` handler, or of a JetStream stream, to
   * `ClientProxy.send`. Default: `broker`.
   */
  readonly ack?: 'broker' | 'receiver';
  /**
   * One after the other, in the order of the log: an event that fails holds back all after it. Default: true,
   * or false where `concurrency` is given.
   */
  readonly ordered?: boolean;
  /**
   * Waits between the attempts at one event, in milliseconds. Default: 900 of 1 s. While the target is down the
   * breaker makes them longer, up to 5 minutes, so that they last about three days.
   */
  readonly retries?: readonly number[];
  /** How long the acknowledgement may take, in milliseconds. Infinity switches it off. Default: 60,000. */
  readonly timeoutMs?: number;
}

/** A pattern of Nest's: text, or an object that becomes text. */
export type RelayPattern = string | Readonly<Record<string, unknown>>;

export const RELAY_DEFAULTS = Object.freeze({
  ...CONSUMER_DEFAULTS,
  retries: Object.freeze(Array.from({ length: 900 }, () => 1_000)),
  timeoutMs: 60_000,
} satisfies Required<ConsumerOptions>);
