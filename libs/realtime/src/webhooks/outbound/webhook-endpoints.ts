import { randomUUID } from 'node:crypto';
import { ConflictException, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Position } from 'nestjs-realtime-protocol';
import { LogEvent } from '../../bus/log-event.js';
import { Consumers, type DeadLetter } from '../../consumers/consumers.js';
import { REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { deliver } from './delivery.js';
import {
  type Delivery,
  type DeliveryAttempt,
  type Endpoint,
  type EndpointChange,
  type EndpointView,
  type NewEndpoint,
  settingsOf,
  viewOf,
} from './endpoint.js';
import { checkEndpoint } from './endpoint-check.js';
import { consumerName, EndpointConsumers } from './endpoint-consumers.js';
import { EndpointServices } from './endpoint-services.js';
import { newSecret, rotated } from './endpoint-secret.js';

/** For how long the old secret signs too, after a rotation. */
const OVERLAP_MS = 24 * 3_600_000;

/**
 * Webhooks to third parties: each endpoint is a durable consumer whose handler is a signed POST. What it cannot
 * be given is tried again for about three days, and is then a dead letter. Methods that take an id throw
 * `NotFoundException` when there is no such endpoint.
 *
 * @example
 * const { id, secret } = await this.endpoints.create({ url: 'https://example.com/hook', topics: ['orders/**'] });
 */
@Injectable()
export class WebhookEndpoints implements OnModuleInit {
  private tests = 0;

  constructor(
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly consumers: Consumers,
    private readonly running: EndpointConsumers,
    private readonly services: EndpointServices,
  ) {}

  /** @throws RealtimeConfigurationError when `encryptionKey` is not the one the secrets were encrypted with */
  async onModuleInit(): Promise<void> {
    for (const endpoint of await this.services.registry.list()) await this.running.restore(endpoint);
  }

  /**
   * Adds an endpoint; it is sent what happens from now on.
   * @returns the endpoint and its secret, which is not shown again
   * @throws RealtimeError `message-invalid` when the URL, a topic, a header or the secret is not acceptable
   */
  async create(input: NewEndpoint): Promise<EndpointView & { readonly secret: string }> {
    const { url, topics, owner, secret = newSecret() } = input;
    const endpoint: Endpoint = {
      url,
      topics,
      ...settingsOf(input),
      owner,
      id: `ep_${randomUUID().replaceAll('-', '')}`,
      secrets: [{ secret }],
      state: 'active',
      createdAt: new Date().toISOString(),
    };
    await this.save(endpoint);
    await this.running.start(endpoint);
    return { ...viewOf(endpoint), secret };
  }

  /**
   * Changes an endpoint: what is left out stays, what is undefined is unset. With another URL it begins anew: what
   * waits goes there at once, whatever the old one had failed at or asked for.
   */
  update(id: string, change: EndpointChange): Promise<EndpointView> {
    return this.change(id, async (old) => {
      const endpoint = await this.save({ ...old, ...settingsOf(change) });
      const isMoved = endpoint.url !== old.url;
      if (isMoved) await this.services.failing.clear(id);
      if (endpoint.state === 'disabled') return viewOf(endpoint);
      await this.running.replace(endpoint);
      if (isMoved) await this.running.renew(endpoint);
      return viewOf(endpoint);
    });
  }

  /** Removes an endpoint, with what waits for it and what is known of it. */
  remove(id: string): Promise<void> {
    return this.change(id, async () => {
      await this.consumers.forget(consumerName(id));
      await this.services.registry.remove(id);
      await this.services.attempts.clear(id);
      await this.services.failing.forget(id);
    });
  }

  async get(id: string): Promise<EndpointView> {
    return viewOf(await this.services.registry.get(id));
  }

  /** All endpoints, or those of one owner. */
  async list({ owner }: { owner?: string } = {}): Promise<EndpointView[]> {
    const endpoints = await this.services.registry.list();
    return endpoints.filter((endpoint) => owner === undefined || endpoint.owner === owner).map(viewOf);
  }

  /** Stops sending; what happens meanwhile waits, and the journal keeps it. */
  pause(id: string): Promise<EndpointView> {
    return this.change(id, async (endpoint) => {
      assertEnabled(endpoint);
      await this.consumers.pause(consumerName(id));
      return viewOf(await this.save({ ...endpoint, state: 'paused' }));
    });
  }

  /** Sends again: after a pause, from where it stopped; an endpoint that was disabled begins now. */
  resume(id: string): Promise<EndpointView> {
    return this.change(id, async (old) => {
      const endpoint = await this.save({ ...old, state: 'active', disabledReason: undefined });
      await this.services.failing.clear(id);
      if (old.state === 'disabled') await this.running.start(endpoint);
      else await this.consumers.resume(consumerName(id));
      return viewOf(endpoint);
    });
  }

  /**
   * Gives an endpoint a new secret. Until `overlapMs` from now (default: a day) the old one signs too.
   * @returns the new secret, which is not shown again
   */
  rotateSecret(
    id: string,
    { secret = newSecret(), overlapMs = OVERLAP_MS }: { secret?: string; overlapMs?: number } = {},
  ): Promise<string> {
    return this.change(id, async (endpoint) => {
      await this.save({ ...endpoint, secrets: rotated(endpoint, secret, overlapMs) });
      return secret;
    });
  }

  /** Sends an event of type `webhook.test` now, once, whatever the endpoint's state. @returns what came of it */
  async test(id: string): Promise<DeliveryAttempt> {
    const target = await this.services.registry.target(id);
    const position = new Position('test', Date.now(), this.tests++);
    const event = new LogEvent(position, 'webhooks/test', 'webhook.test', '{}', undefined);
    const { attempt } = await deliver(this.services.sender, target, event, { number: 1 });
    this.services.attempts.add(id, attempt);
    return attempt;
  }

  /** What was sent lately, by event, the latest first. */
  async deliveries(id: string, { limit }: { limit?: number } = {}): Promise<Delivery[]> {
    await this.services.registry.get(id);
    return this.services.attempts.deliveries(id, limit);
  }

  /** The attempts made lately, the latest first; at one event, if its id is given. */
  async attempts(id: string, query: { eventId?: string; limit?: number } = {}): Promise<DeliveryAttempt[]> {
    await this.services.registry.get(id);
    return this.services.attempts.list(id, query);
  }

  /** Events that were given up. */
  async deadLetters(id: string, query: { after?: string; limit?: number } = {}): Promise<DeadLetter[]> {
    await this.services.registry.get(id);
    return this.consumers.deadLetters(consumerName(id), query);
  }

  /** Sends dead letters again, all or one. @returns how many */
  async redeliver(id: string, eventId?: string): Promise<number> {
    assertEnabled(await this.services.registry.get(id));
    return this.consumers.redeliver(consumerName(id), eventId);
  }

  /** Sends again everything since `time` that is still kept. */
  async replay(id: string, time: Date): Promise<void> {
    assertEnabled(await this.services.registry.get(id));
    await this.consumers.replay(consumerName(id), time);
  }

  private change<T>(id: string, work: (endpoint: Endpoint) => Promise<T>): Promise<T> {
    return this.services.registry.exclusive(id, async () => work(await this.services.registry.get(id)));
  }

  private async save(endpoint: Endpoint): Promise<Endpoint> {
    checkEndpoint(endpoint, this.options.webhooks);
    await this.services.registry.put(endpoint);
    return endpoint;
  }
}

function assertEnabled({ id, state }: Endpoint): void {
  if (state === 'disabled')
    throw new ConflictException(`The webhook endpoint "${id}" is disabled: resume it first.`);
}
