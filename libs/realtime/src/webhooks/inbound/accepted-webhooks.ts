import { Injectable, type OnModuleInit } from '@nestjs/common';
import { topicSegment } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../../bus/log-event.js';
import { RealtimeBus } from '../../bus/realtime-bus.js';
import { TopicPattern } from '../../bus/topic-pattern.js';
import { culprit } from '../../consumers/consumer-check.js';
import { withDefaults } from '../../consumers/consumer-options.js';
import { Consumers } from '../../consumers/consumers.js';
import { RealtimeConfigurationError } from '../../realtime.errors.js';
import type { InboundWebhook } from './inbound-webhook.js';
import { restoreDelivery, storeDelivery, type StoredDelivery } from './stored-delivery.js';
import { WebhookCatalog, type WebhookMethod } from './webhook-catalog.js';
import { WebhookMetrics } from './webhook-metrics.js';
import type { WebhookDefinition } from './webhook-options.js';

/** Webhooks with `ack: 'accepted'`: each is a durable consumer of deliveries that were written to the log. */
@Injectable()
export class AcceptedWebhooks implements OnModuleInit {
  constructor(
    private readonly bus: RealtimeBus,
    private readonly catalog: WebhookCatalog,
    private readonly consumers: Consumers,
    private readonly metrics: WebhookMetrics,
  ) {}

  /** @throws RealtimeConfigurationError naming the class, the method and the remedy */
  async onModuleInit(): Promise<void> {
    for (const method of this.catalog.methods()) {
      if (method.webhook.ack === 'accepted') await this.addConsumer(method);
    }
  }

  /**
   * Resolves when the delivery is in the log, and as safe as the engine makes it.
   * @param key what it is remembered by; undefined if it is not
   */
  async accept(
    { name, scheme }: WebhookDefinition,
    event: InboundWebhook,
    key: string | undefined,
  ): Promise<void> {
    const idempotencyKey = key === undefined ? undefined : `${key}:accepted`;
    await this.bus.publish(topicOf(name), storeDelivery(scheme, event), { type: event.type, idempotencyKey });
  }

  private async addConsumer(method: WebhookMethod): Promise<void> {
    const { webhook, where } = method;
    const fault = faultOf(method);
    if (fault) throw new RealtimeConfigurationError(`${where}: ${fault}.`);
    const topic = topicOf(webhook.name);
    await culprit(where, () =>
      this.consumers.add({
        ...withDefaults(webhook.consumer),
        name: `webhooks/${webhook.name}`,
        patterns: [new TopicPattern(topic)],
        // The name may look like a pattern.
        accepts: (event) => event.topic === topic,
        handle: (event) => this.handle(webhook, event, (delivery) => call(method, delivery)),
      }),
    );
  }

  private async handle(
    webhook: WebhookDefinition,
    event: LogEvent,
    run: (delivery: InboundWebhook) => unknown,
  ): Promise<void> {
    try {
      await run(await restoreDelivery(webhook, JSON.parse(event.json) as StoredDelivery));
      this.metrics.add(webhook.name, 'handled');
    } catch (error) {
      this.metrics.add(webhook.name, 'failed');
      throw error;
    }
  }
}

function topicOf(name: string): string {
  return `realtime/webhooks/${topicSegment(name)}`;
}

function call({ handler, instance, parameters }: WebhookMethod, delivery: InboundWebhook): unknown {
  const given: unknown[] = [];
  for (const { index } of parameters) given[index] = delivery;
  return Reflect.apply(handler, instance, given);
}

function faultOf({ handler, instance, parameters }: WebhookMethod): string | undefined {
  const later = 'with ack: "accepted" it runs when the request is over';
  if (instance === undefined) return `${later}, so its class cannot be request-scoped`;
  if (handler.length > parameters.length) {
    return `${later}: of its parameters, let each be a @WebhookEvent()`;
  }
  if (parameters.some(({ hasPipes }) => hasPipes)) {
    return `${later}, and pipes with it: check the event in the method`;
  }
  return undefined;
}
