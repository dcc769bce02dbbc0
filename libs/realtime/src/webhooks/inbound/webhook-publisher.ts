import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RealtimeBus } from '../../bus/realtime-bus.js';
import { RealtimeError } from '../../realtime.errors.js';
import type { InboundWebhook } from './inbound-webhook.js';
import { WebhookClaims } from './webhook-claims.js';
import type { WebhookDefinition } from './webhook-options.js';

/** Publishes verified events to `webhooks/<name>`, each once however often its handler is retried. */
@Injectable()
export class WebhookPublisher {
  constructor(
    private readonly bus: RealtimeBus,
    private readonly claims: WebhookClaims,
  ) {}

  /** @param key what the delivery is remembered by; undefined if it is not */
  async publish(
    { name, publish, dedupeMs }: WebhookDefinition,
    { data, type }: InboundWebhook,
    key: string | undefined,
  ): Promise<void> {
    if (!publish) return;
    // The log remembers idempotency keys for minutes, senders retry for days.
    const published = key === undefined ? [] : [`${key}:published`];
    const owner = randomUUID();
    if ((await this.claims.claim(published, owner)) === 'settled') return;
    try {
      await this.bus.publish(`webhooks/${name}`, data, { type, idempotencyKey: key });
    } catch (error) {
      await this.claims.release(published, owner);
      throw error instanceof RealtimeError && error.code === 'data-unserialisable' ? tooDeep() : error;
    }
    await this.claims.settle(published, dedupeMs);
  }
}

/** JSON of any depth can be read, but not written. */
function tooDeep(): RealtimeError {
  return new RealtimeError('message-invalid', 'The body is nested too deeply.');
}
