import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { TopicPattern } from '../bus/topic-pattern.js';
import { RealtimeConfigurationError, RealtimeError } from '../realtime.errors.js';
import type { Principal } from '../realtime.options.js';
import { findPolicies, type Policy } from './find-policies.js';
import type { PublishAccess, TopicAccess } from './topic-policy.decorator.js';

/** More is not said of policies that are missing: clients choose what they ask for. */
const MAX_WARNINGS = 100;

interface Found {
  readonly policy: Policy;
  readonly access: TopicAccess;
}

/** The application's topic policies: deny by default. */
@Injectable()
export class TopicPolicies implements OnModuleInit {
  private readonly logger = new Logger('Realtime');
  /** The most specific first. */
  private policies: readonly Policy[] = [];
  private readonly warnings = new Set<string>();

  constructor(private readonly discovery: DiscoveryService) {}

  /** @throws RealtimeConfigurationError for a bad pattern, two policies of one shape, one that is not a singleton */
  onModuleInit(): void {
    const found = findPolicies(this.discovery.getProviders());
    this.policies = found.sort((a, b) => TopicPattern.compare(a.pattern, b.pattern));
    this.refuseTwins();
  }

  /** @throws RealtimeError `forbidden` for a topic that may not be read, or what its policy threw */
  async checkSubscribe(principal: Principal | undefined, topics: readonly string[]): Promise<void> {
    const found = topics.map((topic) => this.find(principal, topic));
    await Promise.all(
      found.map(({ policy, access }) =>
        this.check(policy, access.topic, 'canSubscribe', () => policy.handler.canSubscribe?.(access)),
      ),
    );
  }

  /** @throws RealtimeError `forbidden`, or what the policy threw */
  async checkPublish(
    principal: Principal | undefined,
    { topic, ...event }: Pick<PublishAccess, 'topic' | 'type' | 'data'>,
  ): Promise<void> {
    const { policy, access } = this.find(principal, topic);
    await this.check(policy, topic, 'canPublish', () => policy.handler.canPublish?.({ ...access, ...event }));
  }

  /** State by topic, of those topics whose policy has a snapshot; undefined when none has. */
  snapshots(
    principal: Principal | undefined,
    topics: readonly string[],
  ): (() => Promise<Record<string, unknown>>) | undefined {
    const found = topics
      .map((topic) => this.find(principal, topic))
      .filter(({ policy }) => policy.handler.snapshot !== undefined);
    if (found.length === 0) return undefined;
    return async () => {
      const states = found.map(
        async ({ policy, access }) => [access.topic, await policy.handler.snapshot?.(access)] as const,
      );
      return Object.fromEntries(await Promise.all(states));
    };
  }

  private find(principal: Principal | undefined, topic: string): Found {
    for (const policy of this.policies) {
      const params = policy.pattern.match(topic);
      if (params) return { policy, access: { principal, topic, params } };
    }
    this.warn(
      `No @TopicPolicy matches "${topic}", so nobody may use it. Provide a class with @TopicPolicy for it.`,
    );
    throw forbidden(topic);
  }

  private async check(
    { name, handler }: Policy,
    topic: string,
    right: 'canSubscribe' | 'canPublish',
    ask: () => boolean | Promise<boolean> | undefined,
  ): Promise<void> {
    if (!handler[right]) this.warn(`${name} has no ${right}(), so nobody may do that on "${topic}".`);
    // Anything but true is a no: a forgotten await or return must not open a topic.
    if ((await ask()) !== true) throw forbidden(topic);
  }

  private warn(warning: string): void {
    if (this.warnings.size >= MAX_WARNINGS || this.warnings.has(warning)) return;
    this.warnings.add(warning);
    this.logger.warn(warning);
  }

  private refuseTwins(): void {
    const shapes = new Map<string, Policy>();
    for (const policy of this.policies) {
      const twin = shapes.get(policy.pattern.shape);
      if (twin) throw new RealtimeConfigurationError(twins(twin, policy));
      shapes.set(policy.pattern.shape, policy);
    }
  }
}

function twins(a: Policy, b: Policy): string {
  if (a.handler.constructor === b.handler.constructor) {
    return `${a.name} is provided twice: provide it in one module.`;
  }
  return `${a.name} ("${a.pattern.text}") and ${b.name} ("${b.pattern.text}") are policies for the same topics: make them one.`;
}

function forbidden(topic: string): RealtimeError {
  return new RealtimeError('forbidden', `No access to the topic "${topic}".`);
}
