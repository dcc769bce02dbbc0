import type { TopicEvent } from './events.js';
import type { PublishMessage } from './socket.js';

/**
 * What topics carry, by topic; share it between server and client. One type says what their events have as data and
 * what their state is; where these differ, `EventsAndState` says both.
 *
 * @example
 * interface Topics {
 *   menu: Menu;
 *   [order: `orders/${string}`]: EventsAndState<OrderChange, Order>;
 * }
 */
export type TopicTypes = object;

declare const EVENTS: unique symbol;
declare const STATE: unique symbol;

/** In a map of topics: events have `Events` as data, snapshots are a `State`. Only a type: nothing is one. */
export interface EventsAndState<Events, State> {
  readonly [EVENTS]: Events;
  readonly [STATE]: State;
}

/** The topics that may be named: those of `Types`, or any if it names none. */
export type TopicOf<Types extends TopicTypes> = [keyof Types] extends [never] ? string : keyof Types & string;

/** What an event of this topic has as data. */
export type DataOf<Types extends TopicTypes, Topic> = Topic extends keyof Types
  ? Types[Topic] extends EventsAndState<infer Events, unknown>
    ? Events
    : Types[Topic]
  : unknown;

/** What the state of this topic is. */
export type StateOf<Types extends TopicTypes, Topic> = Topic extends keyof Types
  ? Types[Topic] extends EventsAndState<unknown, infer State>
    ? State
    : Types[Topic]
  : unknown;

/** An event of one of these topics. */
export type EventOf<Types extends TopicTypes, Topic extends string> = Topic extends string
  ? TopicEvent<DataOf<Types, Topic>> & { readonly topic: Topic }
  : never;

/** Current state by topic, of those that have one. */
export type StatesOf<Types extends TopicTypes, Topic extends string> = {
  readonly [Name in Topic]?: StateOf<Types, Name>;
};

/** An event to be published on one of these topics. */
export type MessageOf<Types extends TopicTypes, Topic extends string> = Topic extends string
  ? Omit<PublishMessage, 'topic' | 'data'> & { readonly topic: Topic } & Data<DataOf<Types, Topic>>
  : never;

/** Data may be left out where it may be `undefined`. */
type Data<T> = undefined extends T ? { readonly data?: T } : { readonly data: T };
