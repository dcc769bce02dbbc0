import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { RealtimeEngine } from '../../engines/engine.interface.js';
import { REALTIME_ENGINE, REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { AttemptLog } from './attempt-log.js';
import { EndpointRegistry } from './endpoint-registry.js';
import { RecordEndpointStore } from './endpoint-store.js';
import { FailingSince } from './failing-since.js';
import { SecretBox } from './secret-box.js';
import { WebhookSender } from './webhook-sender.js';

/** What sending webhooks needs, made of the application's options. */
@Injectable()
export class EndpointServices implements OnApplicationShutdown {
  readonly registry: EndpointRegistry;
  readonly sender: WebhookSender;
  readonly attempts: AttemptLog;
  readonly failing: FailingSince;

  constructor(
    @Inject(REALTIME_ENGINE) { records }: RealtimeEngine,
    @Inject(REALTIME_OPTIONS) { webhooks }: ResolvedOptions,
  ) {
    const { endpointStore = new RecordEndpointStore(records), encryptionKey } = webhooks;
    this.registry = new EndpointRegistry(endpointStore, new SecretBox(encryptionKey));
    this.sender = new WebhookSender(webhooks);
    this.attempts = new AttemptLog(records);
    this.failing = new FailingSince(records);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.sender.close(), this.attempts.flush()]);
  }
}
