import { applyDecorators, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Principal } from '../realtime.options.js';

/** Who wants to do what with a topic. */
export interface TopicAccess {
  /** As `authenticate` returned it; undefined for an anonymous client. */
  readonly principal: Principal | undefined;
  readonly topic: string;
  /** What the policy's `:params` captured. */
  readonly params: Readonly<Record<string, string>>;
}

/** A client's publish. */
export interface PublishAccess extends TopicAccess {
  readonly type: string;
  readonly data: unknown;
}

/** What a class under `@TopicPolicy` may implement. What it does not implement is denied. */
export interface TopicPolicyHandler {
  canSubscribe?(access: TopicAccess): boolean | Promise<boolean>;
  canPublish?(access: PublishAccess): boolean | Promise<boolean>;
  /** Current state of the topic, for readers that begin now or were reset. */
  snapshot?(access: TopicAccess): unknown;
}

/** The pattern of a policy. */
export const TopicPolicyPattern = Reflector.createDecorator<string>({ key: 'nestjs-realtime:policy' });

/**
 * Says who may read and write the topics of a pattern through the gateway and the hub. The most specific
 * policy that matches a topic decides alone. Without one there is no access. Provide the class in a module.
 *
 * Topics under `realtime/` are the library's own: only a pattern that begins with `realtime/` reaches them.
 *
 * @example
 * \@TopicPolicy('orders/:id')
 * class OrderPolicy implements TopicPolicyHandler {
 *   canSubscribe({ principal, params }: TopicAccess) { return this.orders.owner(params.id) === principal?.id }
 * }
 */
export function TopicPolicy(pattern: string): ClassDecorator {
  return applyDecorators(Injectable(), TopicPolicyPattern(pattern));
}
