import type { TopicEvent } from 'nestjs-realtime-protocol';

/**
 * What the events of topics carry, by topic; share it between server and client.
 *
 * @example
 * interface Topics {
 *   menu: Menu;
 *   [order: `orders/${string}`]: Order;
 * }
 */
export type TopicTypes = object;

/** The topics that may be followed: those that `Types` names, or any if it names none. */
export type TopicOf<Types extends TopicTypes> = [keyof Types] extends [never] ? string : keyof Types & string;

/** An event of one of these topics. */
export type EventOf<Types extends TopicTypes, Topic extends string> = Topic extends string
  ? TopicEvent<Topic extends keyof Types ? Types[Topic] : unknown> & { readonly topic: Topic }
  : never;

/** Current state by topic, of those that have one. */
export type StatesOf<Topic extends string> = { readonly [Name in Topic]?: unknown };
