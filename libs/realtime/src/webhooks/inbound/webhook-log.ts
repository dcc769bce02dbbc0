import { Injectable, Logger } from '@nestjs/common';
import type { RealtimeError } from '../../realtime.errors.js';
import { WebhookMetrics } from './webhook-metrics.js';
import type { WebhookDefinition } from './webhook-options.js';
import type { WebhookRefusal } from './webhook-refusal.js';

/** Tells the operator what the sender is not told. Never what was sent: that may be anybody's. */
@Injectable()
export class WebhookLog {
  private readonly logger = new Logger('Webhooks');

  constructor(private readonly metrics: WebhookMetrics) {}

  /** Counts and logs a refusal, and returns what the sender is told. */
  refused({ name }: WebhookDefinition, refusal: WebhookRefusal): RealtimeError {
    this.metrics.add(name, refusal.reason);
    this.logger.warn(`${name}: refused (${refusal.reason}). ${refusal.message}`);
    if (refusal.reason === 'secret-unusable') this.logger.error(refusal.cause);
    return refusal.toError();
  }

  error({ name }: WebhookDefinition, message: string, cause?: unknown): void {
    this.logger.error(`${name}: ${message}`, cause instanceof Error ? cause.stack : cause);
  }
}
