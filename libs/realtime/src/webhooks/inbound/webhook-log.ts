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
  refused(webhook: WebhookDefinition, refusal: WebhookRefusal): RealtimeError {
    const { reason, message, cause } = refusal;
    const line = `refused (${reason}). ${message}`;
    this.metrics.add(webhook.name, reason);
    // That one is our fault.
    if (reason === 'secret-unusable') this.error(webhook, line, cause);
    else this.logger.warn(`${webhook.name}: ${line}`);
    return refusal.toError();
  }

  error({ name }: WebhookDefinition, message: string, cause?: unknown): void {
    this.logger.error(`${name}: ${message}`, cause instanceof Error ? cause.stack : cause);
  }
}
