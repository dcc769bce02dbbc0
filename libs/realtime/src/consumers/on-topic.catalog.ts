import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { TopicEvent } from 'nestjs-realtime-protocol';
import { TopicPattern } from '../bus/topic-pattern.js';
import { RealtimeConfigurationError } from '../realtime.errors.js';
import type { Attempt } from './consumer-options.js';
import { type OnTopicOptions, onTopicsOf } from './on-topic.decorator.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];
type Method = (event: TopicEvent, attempt?: Attempt) => unknown;

/** One use of `@OnTopic`, with its method bound to its instance. */
export interface TopicHandler {
  /** `Class.method()`, for messages. */
  readonly where: string;
  readonly call: Method;
  readonly patterns: readonly TopicPattern[];
  readonly options: OnTopicOptions;
}

/** The methods of the application that `@OnTopic` was put on. */
@Injectable()
export class OnTopicCatalog {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** @throws RealtimeConfigurationError naming the class and the method */
  find(): TopicHandler[] {
    const seen = new Set<unknown>();
    return [...this.discovery.getProviders(), ...this.discovery.getControllers()].flatMap((wrapper) => {
      // One that goes by several names is one.
      if (seen.has(wrapper.instance ?? wrapper)) return [];
      seen.add(wrapper.instance ?? wrapper);
      return this.handlersOf(wrapper);
    });
  }

  private handlersOf(wrapper: Wrapper): TopicHandler[] {
    const prototype = prototypeOf(wrapper);
    if (!prototype) return [];
    const name = (prototype.constructor as { name?: string } | undefined)?.name ?? String(wrapper.name);
    return this.scanner.getAllMethodNames(prototype).flatMap((key) => {
      const method = (prototype as Record<string, Method>)[key]!;
      const where = `${name}.${key}()`;
      return onTopicsOf(method as () => unknown).map(({ patterns, options }) => {
        assertSingleton(where, wrapper);
        const call = method.bind(wrapper.instance);
        return { where, call, options, patterns: compile(where, patterns) };
      });
    });
  }
}

/** Where its methods are. Factories and values have no class of which Nest knows. */
function prototypeOf({ instance, metatype, isNotMetatype }: Wrapper): object | undefined {
  if (isNotMetatype)
    return typeof instance === 'object' && instance ? Object.getPrototypeOf(instance) : undefined;
  return metatype?.prototype as object | undefined;
}

function assertSingleton(where: string, wrapper: Wrapper): void {
  if (wrapper.isTransient) {
    throw new RealtimeConfigurationError(
      `${where}: its class is transient, so there is no instance to call: take the scope away.`,
    );
  }
  if (!wrapper.isDependencyTreeStatic()) {
    throw new RealtimeConfigurationError(
      `${where}: events belong to no request, so its class cannot be request-scoped, nor can what it injects.`,
    );
  }
}

function compile(where: string, patterns: readonly string[]): TopicPattern[] {
  try {
    return patterns.map((pattern) => new TopicPattern(pattern));
  } catch (error) {
    throw new RealtimeConfigurationError(`${where}: ${(error as Error).message}`);
  }
}
