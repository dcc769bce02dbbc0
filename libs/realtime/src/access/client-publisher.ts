import { Inject, Injectable } from '@nestjs/common';
import { assertType, DEFAULT_TYPE, type PublishMessage, type TopicEvent } from 'nestjs-realtime-protocol';
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

  /** @throws ProtocolError, or RealtimeError `payload-too-large`, `forbidden` */
  async publish(principal: Principal | undefined, message: PublishMessage): Promise<TopicEvent> {
    const { topic, type = DEFAULT_TYPE, data = null, idempotencyKey } = message;
    assertType(type);
    this.checkSize(data);
    await this.policies.checkPublish(principal, { topic, type, data });
    // One client's key must not find another's event.
    const key = idempotencyKey === undefined ? undefined : `${principal?.id ?? ''}:${idempotencyKey}`;
    return this.bus.publish(topic, data, { type, idempotencyKey: key });
  }

  private checkSize(data: unknown): void {
    const { payloadBytes } = this.options.limits;
    const bytes = Buffer.byteLength(JSON.stringify(data));
    if (bytes <= payloadBytes) return;
    throw new RealtimeError(
      'payload-too-large',
      `The data has ${bytes} bytes; at most ${payloadBytes} are allowed.`,
    );
  }
}
