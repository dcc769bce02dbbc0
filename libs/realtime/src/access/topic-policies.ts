import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import { TopicPattern } from '../bus/topic-pattern.js';
import { RealtimeConfigurationError, RealtimeError } from '../realtime.errors.js';
import type { Principal } from '../realtime.options.js';
import { type TopicAccess, type TopicPolicyHandler, TopicPolicyPattern } from './topic-policy.decorator.js';

interface Policy {
  readonly name: string;
  readonly pattern: TopicPattern;
  readonly handler: TopicPolicyHandler;
}

/** Topics the library itself publishes. */
const OWN = 'realtime/';

/** The application's topic policies: deny by default. */
@Injectable()
export class TopicPolicies implements OnModuleInit {
  private readonly logger = new Logger('Realtime');
  /** The most specific first. */
  private policies: readonly Policy[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
  ) {}

  /** @throws RealtimeConfigurationError for a bad pattern, two policies of one shape, a request-scoped policy */
  onModuleInit(): void {
    const found = this.discovery.getProviders().flatMap((wrapper) => {
      const { metatype, instance } = wrapper;
      const pattern = metatype && this.reflector.get(TopicPolicyPattern, metatype);
      if (pattern === undefined || pattern === null) return [];
      const name = (metatype as { name: string }).name;
      if (!wrapper.isDependencyTreeStatic() || !instance) {
        throw new RealtimeConfigurationError(
          `${name}: a topic policy serves all clients and cannot be request-scoped.`,
        );
      }
      return [{ name, pattern: patternOf(name, pattern), handler: instance as TopicPolicyHandler }];
    });
    this.policies = found.sort((a, b) => TopicPattern.compare(a.pattern, b.pattern));
    this.refuseTwins();
  }

  /** @throws RealtimeError `forbidden` for the first topic that may not be read */
  async checkSubscribe(principal: Principal | undefined, topics: readonly string[]): Promise<void> {
    for (const topic of topics) {
      const { policy, access } = this.find(principal, topic);
      await this.check(policy, topic, 'canSubscribe', () => policy.handler.canSubscribe?.(access));
    }
  }

  /** @throws RealtimeError `forbidden` */
  async checkPublish(
    principal: Principal | undefined,
    { topic, type, data }: { topic: string; type: string; data: unknown },
  ): Promise<void> {
    const { policy, access } = this.find(principal, topic);
    await this.check(policy, topic, 'canPublish', () =>
      policy.handler.canPublish?.({ ...access, type, data }),
    );
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

  private find(principal: Principal | undefined, topic: string): { policy: Policy; access: TopicAccess } {
    for (const policy of this.policies) {
      if (topic.startsWith(OWN) && !policy.pattern.text.startsWith(OWN)) continue;
      const params = policy.pattern.match(topic);
      if (params) return { policy, access: { principal, topic, params } };
    }
    this.logger.warn(
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
    if (!handler[right]) this.logger.warn(`${name} has no ${right}(), so nobody may do that on "${topic}".`);
    // Anything but true is a no: a forgotten await or return must not open a topic.
    if ((await ask()) !== true) throw forbidden(topic);
  }

  private refuseTwins(): void {
    const shapes = new Map<string, Policy>();
    for (const policy of this.policies) {
      const twin = shapes.get(policy.pattern.shape);
      if (twin) {
        throw new RealtimeConfigurationError(
          `${twin.name} ("${twin.pattern.text}") and ${policy.name} ("${policy.pattern.text}") are policies for the same topics: make them one.`,
        );
      }
      shapes.set(policy.pattern.shape, policy);
    }
  }
}

function patternOf(name: string, pattern: string): TopicPattern {
  try {
    return new TopicPattern(pattern);
  } catch (error) {
    throw new RealtimeConfigurationError(`${name}: ${(error as Error).message}`);
  }
}

function forbidden(topic: string): RealtimeError {
  return new RealtimeError('forbidden', `No access to the topic "${topic}".`);
}
