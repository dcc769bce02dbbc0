import { TopicRef } from '../bus/topic-ref.js';
import { RealtimeConfigurationError } from '../realtime.errors.js';
import type { ResolvedOptions } from '../realtime.options.js';
import type { LongPollOptions } from './long-poll/long-poll-options.js';
import type { ReaderRoute } from './reader-route.js';
import type { ShortPollOptions } from './short-poll/short-poll-options.js';
import type { SseOptions } from './sse/sse-options.js';
import { TopicTemplate } from './topic-template.js';

type Options = ShortPollOptions & LongPollOptions & SseOptions;

/** One decorated method of a controller. */
export interface ReaderMethod {
  /** `Class.method()` */
  readonly name: string;
  readonly routes: readonly ReaderRoute<Options>[];
  /** Every path that leads to it, prefixes included. */
  readonly paths: readonly string[];
  /** The class its declaration says it returns, as far as the compiler recorded it. */
  readonly returns: unknown;
}

/** A method with its one route. */
interface Reader extends Omit<ReaderMethod, 'routes'> {
  readonly decorator: string;
  readonly needsTopic: boolean;
  readonly options: Options;
}

/** @throws RealtimeConfigurationError naming the class, the method and the remedy */
export function checkReader(
  { routes, ...method }: ReaderMethod,
  defaults: ResolvedOptions['longPoll'],
): void {
  const reader = { ...method, ...single(method.name, routes) };
  const fault =
    topicFault(reader) ?? returnFault(reader) ?? optionsFault(reader) ?? waitFault(reader, defaults);
  if (fault) throw new RealtimeConfigurationError(`${method.name}: ${fault}.`);
}

function single(name: string, routes: readonly ReaderRoute<Options>[]): ReaderRoute<Options> {
  const [route, other] = routes;
  if (route && !other) return route;
  const decorators = routes.map(({ decorator }) => `@${decorator}`).join(' and ');
  throw new RealtimeConfigurationError(
    `${name}: it has ${decorators}, but a method is one route. Give each transport a method of its own; they can share a private one.`,
  );
}

function topicFault({ options: { topic }, paths }: Reader): string | undefined {
  if (topic === undefined) return undefined;
  if (topic.length === 0) return 'its topic is empty: name at least one';
  const template = new TopicTemplate(topic);
  for (const param of template.params) {
    const path = paths.find((candidate) => !new RegExp(`:${param}\\b`).test(candidate));
    if (path !== undefined) {
      return `its topic "${String(topic)}" has ":${param}", but its route "${path}" has no such parameter`;
    }
  }
  try {
    template.fill(Object.fromEntries(template.params.map((param) => [param, 'x'])));
    return undefined;
  } catch (error) {
    return `its topic is invalid: ${(error as Error).message.replace(/\.$/, '')}`;
  }
}

function returnFault({ decorator, needsTopic, options, returns }: Reader): string | undefined {
  if (options.topic !== undefined) {
    if (returns !== TopicRef) return undefined;
    return `it returns a TopicRef, but its @${decorator} has a "topic": return the state, or leave "topic" out`;
  }
  // Without a topic a long poll is in log mode, unless its declared type says otherwise. A Promise, an
  // interface or a class imported as a type (Function) says nothing; then the first request will tell.
  const maybeLog = [TopicRef, Promise, Object, Function, undefined].includes(returns as ObjectConstructor);
  if (!needsTopic || (decorator === 'LongPoll' && maybeLog)) return undefined;
  return `its @${decorator} does not say when its state may have changed: give it a "topic"${decorator === 'LongPoll' ? ', or return topic(…)' : ''}`;
}

function optionsFault({ options }: Reader): string | undefined {
  const { topic, envelope, share, intervalMs, waitMs, maxWaitMs } = options;
  if (envelope && topic !== undefined) {
    return 'it has a "topic", and state has no "envelope": leave one of them out';
  }
  if (share && topic === undefined) return '"share" is for state: give it a "topic", or leave "share" out';
  for (const [name, value] of Object.entries({ intervalMs, waitMs, maxWaitMs })) {
    if (value !== undefined && !(value > 0)) return `${name} must be a number above 0, not ${String(value)}`;
  }
  return undefined;
}

function waitFault({ options }: Reader, defaults: ResolvedOptions['longPoll']): string | undefined {
  const { waitMs = defaults.waitMs, maxWaitMs = defaults.maxWaitMs } = options;
  if (waitMs <= maxWaitMs) return undefined;
  return `waitMs (${waitMs}) is longer than maxWaitMs (${maxWaitMs}): raise the latter or lower the former`;
}
