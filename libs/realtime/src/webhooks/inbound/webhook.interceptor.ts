import { randomUUID } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { lastValueFrom, type Observable } from 'rxjs';
import { RealtimeError } from '../../realtime.errors.js';
import { answering } from '../../transports/answering.js';
import type { HttpExchange } from '../../transports/http-exchange.js';
import { AcceptedWebhooks } from './accepted-webhooks.js';
import type { Received, ReceivedDelivery } from './receive-delivery.js';
import { WebhookClaims } from './webhook-claims.js';
import { WebhookLog } from './webhook-log.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { type WebhookDefinition, Webhooks } from './webhook-options.js';
import { WebhookPublisher } from './webhook-publisher.js';
import { receivedOf } from './webhook.guard.js';

/** When a sender is asked to come back whose delivery is still being handled. */
const RETRY_AFTER_MS = 10_000;

/** Handles a delivery once: claims it, publishes it, runs the handler, and remembers or releases it. */
@Injectable()
export class WebhookInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly claims: WebhookClaims,
    private readonly publisher: WebhookPublisher,
    private readonly accepted: AcceptedWebhooks,
    private readonly metrics: WebhookMetrics,
    private readonly log: WebhookLog,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const webhook = this.reflector.get(Webhooks, context.getHandler());
    const received = receivedOf(context)!;
    return answering(context, (exchange) => this.answer(exchange, webhook, received, next));
  }

  private async answer(
    exchange: HttpExchange,
    webhook: WebhookDefinition,
    received: Received,
    next: CallHandler,
  ): Promise<unknown> {
    if ('event' in received) return this.handle(exchange, webhook, received, next);
    const { status = 200, headers, body } = received.handshake;
    this.metrics.add(webhook.name, 'handshake');
    // Past the interceptors: a challenge that is wrapped is no answer to it.
    return exchange.end(status, () => headers, body);
  }

  private async handle(
    exchange: HttpExchange,
    webhook: WebhookDefinition,
    { event, keys }: ReceivedDelivery,
    next: CallHandler,
  ): Promise<unknown> {
    const { name, dedupeMs } = webhook;
    const claimed = dedupeMs > 0 ? keys : [];
    const owner = randomUUID();
    const state = await this.claims.claim(claimed, owner);
    if (state === 'settled') return this.metrics.add(name, 'duplicate');
    if (state === 'running') throw this.running(webhook);
    try {
      await this.publisher.publish(webhook, event, claimed.at(-1));
      const result: unknown =
        webhook.ack === 'accepted'
          ? await this.accepted.accept(webhook, event, claimed.at(-1))
          : // Awaited here, so that it is seen to its end whoever has left or timed out in the meantime.
            await lastValueFrom(next.handle(), { defaultValue: undefined });
      await this.settle(webhook, claimed);
      return result;
    } catch (error) {
      await this.release(webhook, claimed, owner);
      if (exchange.isGone) this.log.error(webhook, 'failed after its sender had left', error);
      throw error;
    }
  }

  private running({ name }: WebhookDefinition): RealtimeError {
    this.metrics.add(name, 'running');
    return new RealtimeError('delivery-running', 'This delivery is still being handled.', RETRY_AFTER_MS);
  }

  private async settle(webhook: WebhookDefinition, keys: readonly string[]): Promise<void> {
    this.metrics.add(webhook.name, webhook.ack);
    // What is done is done: failing now would have it done again.
    await this.claims
      .settle(keys, webhook.dedupeMs)
      .catch((error: unknown) =>
        this.log.error(webhook, `was ${webhook.ack}, but cannot be remembered`, error),
      );
  }

  private async release(webhook: WebhookDefinition, keys: readonly string[], owner: string): Promise<void> {
    this.metrics.add(webhook.name, 'failed');
    await this.claims
      .release(keys, owner)
      .catch((error: unknown) =>
        this.log.error(webhook, 'failed, and cannot be retried for 5 minutes', error),
      );
  }
}
