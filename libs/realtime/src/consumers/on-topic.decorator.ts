import type { ConsumerOptions } from './consumer-options.js';

export interface OnTopicOptions extends ConsumerOptions {
  /**
   * The name of a durable consumer: its place in the log is remembered under it, over restarts. Without one the
   * handler hears what happens while the application runs, nothing is tried again, and there are no other
   * options.
   */
  readonly durable?: string;
}

/** One use of the decorator. */
export interface OnTopicDefinition {
  readonly patterns: readonly string[];
  readonly options: OnTopicOptions;
}

const ON_TOPIC = 'nestjs-realtime:on-topic';

/**
 * Calls a provider's or controller's method with the events of a pattern, or several: `*` is one segment,
 * `:name` as well, and `**` at the end the rest. `realtime/…`, the library's own topics, must be named.
 *
 * Without `durable`, events are heard in the order of the log, as they happen; none waits for the one before.
 * What the handler throws is logged.
 *
 * With `durable`, at least once: an event is handled, tried again until it is, or kept as a dead letter. A new
 * consumer begins now, one that is known where it stopped. The same event may come twice, after a crash or after
 * a handler that failed half way, with the same `id`. An `Attempt` is passed as second argument.
 *
 * @example
 * \@OnTopic('orders/**', { durable: 'billing' })
 * async bill(event: TopicEvent<Order>, { signal }: Attempt) {}
 */
export function OnTopic(pattern: string | readonly string[], options: OnTopicOptions = {}): MethodDecorator {
  return (_target, _key, { value }: PropertyDescriptor) => {
    const method = value as () => unknown;
    const definition = { patterns: [pattern].flat(), options };
    Reflect.defineMetadata(ON_TOPIC, [definition, ...onTopicsOf(method)], method);
  };
}

/** How `@OnTopic` was used on a method, from top to bottom. */
export function onTopicsOf(method: () => unknown): readonly OnTopicDefinition[] {
  return (Reflect.getOwnMetadata(ON_TOPIC, method) as OnTopicDefinition[] | undefined) ?? [];
}
