import { Injectable } from '@nestjs/common';
import type { RefusalReason } from './webhook-refusal.js';

/** What became of a delivery. One that is accepted is handled, or fails, later; each of its attempts counts. */
export type WebhookOutcome =
  'accepted' | 'handled' | 'failed' | 'duplicate' | 'running' | 'handshake' | RefusalReason;

export interface WebhookCount {
  readonly webhook: string;
  readonly outcome: WebhookOutcome;
  readonly count: number;
}

/** How many deliveries came to what end, since the application started. Inject it to read it. */
@Injectable()
export class WebhookMetrics {
  private readonly counted = new Map<string, { webhook: string; outcome: WebhookOutcome; count: number }>();

  get counts(): readonly WebhookCount[] {
    return [...this.counted.values()].map((count) => ({ ...count }));
  }

  /** The deliveries of one webhook that came to this end. */
  count(webhook: string, outcome: WebhookOutcome): number {
    return this.counted.get(`${outcome} ${webhook}`)?.count ?? 0;
  }

  /** Counts one more. */
  add(webhook: string, outcome: WebhookOutcome): void {
    const key = `${outcome} ${webhook}`;
    const known = this.counted.get(key);
    if (known) known.count++;
    else this.counted.set(key, { webhook, outcome, count: 1 });
  }
}
