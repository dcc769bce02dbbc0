import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { assertType, DEFAULT_TYPE, type PublishMessage, type TopicEvent } from 'nestjs-realtime-protocol';
import { assertIdempotencyKey } from '../bus/event-draft.js';
import { RealtimeBus } from '../bus/realtime-bus.js';
import { RealtimeError } from '../realtime.errors.js';
import { type Principal, REALTIME_OPTIONS, type ResolvedOptions } from '../realtime.options.js';
import { TopicPolicies } from './topic-policies.js';

/** Publishes for clients, as far as the policies let them. */
@Injectable()
export class ClientPublisher {
  constructor(
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly bus: RealtimeBus,
    private readonly policies: TopicPolicies,
  ) {}

  /** @throws ProtocolError, or RealtimeError `message-invalid`, `payload-too-large`, `forbidden` */
  async publish(principal: Principal | undefined, message: PublishMessage): Promise<TopicEvent> {
    const { topic, type = DEFAULT_TYPE, data = null, idempotencyKey } = message;
    assertType(type);
    this.checkSize(data);
    const key = idempotencyKey === undefined ? undefined : scopedKey(principal, idempotencyKey);
    await this.policies.checkPublish(principal, { topic, type, data });
    return this.bus.publish(topic, data, { type, idempotencyKey: key });
  }

  private checkSize(data: unknown): void {
    const { payloadBytes } = this.options.limits;
    const bytes = Buffer.byteLength(json(data));
    if (bytes <= payloadBytes) return;
    throw new RealtimeError(
      'payload-too-large',
      `The data has ${bytes} bytes; at most ${payloadBytes} are allowed.`,
    );
  }
}

function json(data: unknown): string {
  try {
    return JSON.stringify(data);
  } catch {
    // It came as JSON: what cannot be written as JSON again is nested too deep for the stack.
    throw new RealtimeError('message-invalid', 'The data is nested too deep.');
  }
}

/** One principal's key must not find the event of another, or one of the server's own. */
function scopedKey(principal: Principal | undefined, key: string): string {
  assertIdempotencyKey(key);
  const scope = JSON.stringify([principal?.id ?? null, key]);
  return `client:${createHash('sha256').update(scope).digest('base64url')}`;
}
