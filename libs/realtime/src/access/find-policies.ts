import type { Type } from '@nestjs/common';
import { type DiscoveryService, Reflector } from '@nestjs/core';
import { TopicPattern } from '../bus/topic-pattern.js';
import { RealtimeConfigurationError } from '../realtime.errors.js';
import { type TopicPolicyHandler, TopicPolicyPattern } from './topic-policy.decorator.js';

const reflector = new Reflector();

type Provider = ReturnType<DiscoveryService['getProviders']>[number];

/** A provider under `@TopicPolicy`. */
export interface Policy {
  /** Of its class, for messages. */
  readonly name: string;
  readonly pattern: TopicPattern;
  readonly handler: TopicPolicyHandler;
}

/**
 * The topic policies among the providers, however they are provided.
 * @throws RealtimeConfigurationError for a bad pattern, and for one that is not a singleton
 */
export function findPolicies(providers: readonly Provider[]): Policy[] {
  const found = new Map<unknown, Policy>();
  for (const provider of providers) {
    const policy = policyOf(provider);
    // An alias (`useExisting`) is the same instance.
    if (policy) found.set(policy.handler, policy);
  }
  return [...found.values()];
}

function policyOf(provider: Provider): Policy | undefined {
  const type = classOf(provider);
  const pattern: string | undefined = type && reflector.get(TopicPolicyPattern, type);
  if (!type || pattern === undefined) return undefined;
  const { name } = type;
  if (!provider.isDependencyTreeStatic() || provider.isTransient || !provider.instance) {
    throw new RealtimeConfigurationError(
      `${name}: a topic policy serves all clients, so neither it nor what it injects can be request-scoped, and it cannot be transient.`,
    );
  }
  return { name, pattern: patternOf(name, pattern), handler: provider.instance as TopicPolicyHandler };
}

/** Of a value or of what a factory made, the class is to be had from the instance only. */
function classOf({ metatype, instance, isNotMetatype }: Provider): Type | undefined {
  if (metatype && !isNotMetatype) return metatype as Type;
  const prototype = Object.getPrototypeOf(Object(instance)) as { constructor?: Type } | null;
  return prototype?.constructor;
}

function patternOf(name: string, pattern: string): TopicPattern {
  try {
    return new TopicPattern(pattern);
  } catch (error) {
    throw new RealtimeConfigurationError(`${name}: ${(error as Error).message}`);
  }
}
