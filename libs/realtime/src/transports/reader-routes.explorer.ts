import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { TopicRef } from '../bus/topic-ref.js';
import { RealtimeConfigurationError } from '../realtime.errors.js';
import { REALTIME_OPTIONS, type ResolvedOptions } from '../realtime.options.js';
import type { LongPollOptions } from './long-poll/long-poll-options.js';
import { type ReaderRoute, ReaderRoutes } from './reader-route.js';
import { TopicTemplate } from './topic-template.js';

/** One decorated method of a controller. */
interface Method {
  readonly name: string;
  readonly route: ReaderRoute<LongPollOptions>;
  /** Every path that leads to it, prefixes included, joined. */
  readonly path: string;
  /** The class its declaration says it returns, as far as the compiler recorded it. */
  readonly returns: unknown;
}

/** Finds what is wrong with the readers' routes when the application starts, rather than at a request. */
@Injectable()
export class ReaderRoutesExplorer implements OnModuleInit {
  constructor(
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly config: ApplicationConfig,
  ) {}

  /** @throws RealtimeConfigurationError naming the class, the method and the remedy */
  onModuleInit(): void {
    for (const { metatype, instance, host } of this.discovery.getControllers()) {
      if (!metatype || !instance) continue;
      const prefixes = [this.config.getGlobalPrefix(), ...pathsOf(host?.metatype), ...pathsOf(metatype)];
      const prototype = metatype.prototype as Record<string, unknown>;
      for (const key of this.scanner.getAllMethodNames(prototype)) {
        const handler = prototype[key] as () => unknown;
        const routes = this.reflector.get(ReaderRoutes, handler);
        if (!routes) continue;
        const name = `${metatype.name}.${key}()`;
        const path = [...prefixes, ...pathsOf(handler)].join('/');
        this.check({ name, route: single(name, routes), path, returns: returnTypeOf(prototype, key) });
      }
    }
  }

  private check(method: Method): void {
    checkTopic(method);
    checkReturn(method);
    this.checkWait(method);
  }

  private checkWait({ name, route }: Method): void {
    const { waitMs, maxWaitMs } = { ...this.options.longPoll, ...route.options };
    if (waitMs > maxWaitMs) {
      throw new RealtimeConfigurationError(
        `${name}: waitMs (${waitMs}) is longer than maxWaitMs (${maxWaitMs}): raise the latter or lower the former.`,
      );
    }
  }
}

function single(name: string, routes: readonly ReaderRoute[]): ReaderRoute {
  const [route, other] = routes;
  if (!route || other) {
    const decorators = routes.map(({ decorator }) => `@${decorator}`).join(' and ');
    throw new RealtimeConfigurationError(
      `${name} has ${decorators}: a method is one route. Give each transport a method of its own; they can share a private one.`,
    );
  }
  return route;
}

function checkTopic({ name, route, path }: Method): void {
  const { topic } = route.options;
  if (topic === undefined) return;
  const template = new TopicTemplate(topic);
  const missing = template.params.find((param) => !new RegExp(`:${param}\\b|\\*${param}\\b`).test(path));
  if (missing) {
    throw new RealtimeConfigurationError(
      `${name}: its topic "${String(topic)}" has ":${missing}", but its route "${path}" has no such parameter.`,
    );
  }
  try {
    template.fill(Object.fromEntries(template.params.map((param) => [param, 'x'])));
  } catch (error) {
    throw new RealtimeConfigurationError(`${name}: ${(error as Error).message}`);
  }
}

function checkReturn({ name, route, returns }: Method): void {
  const { decorator, options } = route;
  if (options.topic !== undefined && returns === TopicRef) {
    throw new RealtimeConfigurationError(
      `${name} returns a TopicRef, but its @${decorator} has a "topic": return the state, or leave "topic" out.`,
    );
  }
  if (options.topic !== undefined || !route.needsTopic) return;
  // Without a topic a long poll is in log mode, unless its declared type says otherwise. A Promise, an
  // interface or a class imported as a type (Function) says nothing; then the first request will tell.
  const maybeLog = [TopicRef, Promise, Object, Function, undefined].includes(returns as ObjectConstructor);
  if (decorator === 'LongPoll' && maybeLog) return;
  throw new RealtimeConfigurationError(
    `${name}: @${decorator} does not say when its state may have changed: give it a "topic"${decorator === 'LongPoll' ? ', or return topic(…)' : ''}.`,
  );
}

function returnTypeOf(prototype: object, key: string): unknown {
  return Reflect.getMetadata('design:returntype', prototype, key);
}

/** The paths that Nest's decorators recorded on a module, a controller or a handler. */
function pathsOf(target: object | undefined | null): string[] {
  if (!target) return [];
  return Reflect.getMetadataKeys(target)
    .filter((key) => key === 'path' || String(key).startsWith('__module_path__'))
    .flatMap((key) => Reflect.getMetadata(key, target) as string | string[]);
}
