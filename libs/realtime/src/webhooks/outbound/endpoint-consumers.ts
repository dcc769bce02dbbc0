import { Inject, Injectable, Logger } from '@nestjs/common';
import type { LogEvent } from '../../bus/log-event.js';
import { RealtimeBus } from '../../bus/realtime-bus.js';
import { TopicPattern } from '../../bus/topic-pattern.js';
import {
  type CuttableAttempt,
  CONSUMER_DEFAULTS,
  type ConsumerDefinition,
} from '../../consumers/consumer-options.js';
import { ConsumerStore } from '../../consumers/consumer-store.js';
import { Consumers, consumerTopic } from '../../consumers/consumers.js';
import type { RealtimeEngine } from '../../engines/engine.interface.js';
import { REALTIME_ENGINE, REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { deliver, EndpointGoneError } from './delivery.js';
import type { Endpoint } from './endpoint.js';
import { EndpointServices } from './endpoint-services.js';

/** Deliveries of an endpoint that were begun and are not written down, at most: only some are under way at once. */
const WINDOW = 64;
/** An endpoint to which nothing could be delivered for so long is disabled. */
const HOPELESS_MS = 5 * 24 * 3_600_000;

/** Each endpoint as a durable consumer whose handler is a signed POST. */
@Injectable()
export class EndpointConsumers {
  private readonly logger = new Logger('Realtime');

  constructor(
    @Inject(REALTIME_ENGINE) private readonly engine: RealtimeEngine,
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly consumers: Consumers,
    private readonly bus: RealtimeBus,
    private readonly services: EndpointServices,
  ) {}

  /** The application starts: what the endpoint's state says holds, wherever the process before was cut off. */
  async restore(endpoint: Endpoint): Promise<void> {
    const name = consumerName(endpoint.id);
    if (endpoint.state === 'disabled') return this.consumers.retire(name);
    const store = new ConsumerStore(name, this.engine.records);
    const state = await store.load();
    const paused = endpoint.state === 'paused';
    if (state && state.paused !== paused) await store.write([store.stateChange({ ...state, paused })]);
    await this.start(endpoint);
  }

  async start(endpoint: Endpoint): Promise<void> {
    await this.consumers.add(this.definitionOf(endpoint));
  }

  async replace(endpoint: Endpoint): Promise<void> {
    await this.consumers.replace(this.definitionOf(endpoint));
  }

  /** It has another URL: what was with the old one counts no more. */
  async renew({ id }: Endpoint): Promise<void> {
    await this.consumers.renew(consumerName(id));
  }

  private definitionOf({ id, topics, types, rateLimit, ordered }: Endpoint): ConsumerDefinition {
    return {
      ...CONSUMER_DEFAULTS,
      name: consumerName(id),
      window: WINDOW,
      patterns: topics.map((topic) => new TopicPattern(topic)),
      ordered: ordered ?? CONSUMER_DEFAULTS.ordered,
      rateLimit: rateLimit ?? CONSUMER_DEFAULTS.rateLimit,
      retries: this.options.webhooks.retries,
      accepts: types && ((event) => types.includes(event.type)),
      handle: (event, attempt) => this.handle(id, event, attempt),
    };
  }

  private async handle(id: string, event: LogEvent, attempt: CuttableAttempt): Promise<void> {
    const { registry, sender, attempts, failing } = this.services;
    const target = await registry.target(id);
    const outcome = await deliver(sender, target, event, attempt);
    attempts.add(id, outcome.attempt);
    if (!outcome.error) return failing.clear(id);
    await this.judge(target.endpoint, outcome.error);
    throw outcome.error;
  }

  /** Disables an endpoint that is gone, or that nothing could be delivered to for too long. */
  private async judge(endpoint: Endpoint, error: Error): Promise<void> {
    if (error instanceof EndpointGoneError) return this.disable(endpoint, 'It answered 410: gone.');
    const failingMs = await this.services.failing.failed(endpoint.id);
    if (failingMs >= HOPELESS_MS) this.disable(endpoint, 'Nothing could be delivered for five days.');
  }

  /** Returns at once: the consumer stops when the attempt that led to this has ended. */
  private disable({ id, url }: Endpoint, disabledReason: string): void {
    const { registry } = this.services;
    const name = consumerName(id);
    const work = async () => {
      const endpoint = await registry.get(id);
      if (endpoint.state === 'disabled' || endpoint.url !== url) return;
      this.logger.warn(`The webhook endpoint ${id} was disabled. ${disabledReason}`);
      await registry.put({ ...endpoint, state: 'disabled', disabledReason });
      await this.consumers.retire(name);
      const data = { endpoint: id, url, reason: disabledReason };
      await this.bus.publish(consumerTopic(name), data, { type: 'endpoint.disabled' });
    };
    registry
      .exclusive(id, work)
      .catch((error: unknown) =>
        this.logger.error(`The webhook endpoint ${id} could not be disabled.`, error),
      );
  }
}

export function consumerName(endpointId: string): string {
  return `webhooks/${endpointId}`;
}
