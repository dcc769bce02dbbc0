import { Inject, Injectable } from '@nestjs/common';
import {
  type DataOf,
  Position,
  ProtocolError,
  type Reset,
  type TopicEvent,
  type TopicOf,
  type TopicTypes,
} from 'nestjs-realtime-protocol';
import { Observable } from 'rxjs';
import type { RealtimeEngine, Since } from '../engines/engine.interface.js';
import { RealtimeError, RealtimeResetError } from '../realtime.errors.js';
import { REALTIME_ENGINE } from '../realtime.options.js';
import type { Encoding } from './batch.js';
import { eventDraft, type PublishOptions, singleTopic } from './event-draft.js';
import { Feeds } from './feeds.js';
import { JournaledTopics } from './journaled-topics.js';
import { PAGE } from './page.js';
import { TopicRef } from './topic-ref.js';

export type { PublishOptions } from './event-draft.js';

/** The most events that one `bus.read()` gives. */
const MAX_LIMIT = 1_000;

/** For readers in this process, who share the parsed events. */
const topicEvents: Encoding<TopicEvent[]> = {
  encode: (events) => events.map((event) => event.toTopicEvent()),
};

/** Where it is published that a principal's connections are to be closed, on every node. */
export const REVOCATIONS = 'realtime/revocations';

/** One topic or several, as text or as made by `topic()` and `topics()`. */
export type TopicsLike = string | TopicRef | readonly string[];

/** A page of history. */
export interface TopicPage<T = unknown> {
  /** Oldest first. */
  readonly events: readonly TopicEvent<T>[];
  /** Where to read on. */
  readonly cursor: string;
  /** Whether this was the end of the log. */
  readonly complete: boolean;
  /** Present when history was lost; then there are no events. */
  readonly reset?: Reset;
}

/**
 * What application code injects to publish events and to read them within the server.
 *
 * Whatever it throws for bad arguments is a `RealtimeError`, an HttpException with a stable `code`. `RealtimeBus<Topics>`
 * publishes what a map of topics says, and nothing else; a `TopicRef` is not checked.
 */
@Injectable()
export class RealtimeBus<Types extends TopicTypes = object> {
  constructor(
    @Inject(REALTIME_ENGINE) private readonly engine: RealtimeEngine,
    private readonly feeds: Feeds,
    private readonly journaled: JournaledTopics,
  ) {}

  /**
   * Appends an event to the log; from there it reaches every reader of `topic`.
   *
   * Data is serialised here, once, by `JSON.stringify`; `undefined` is published as `null`. The event that is
   * returned has `data` as you gave it, also where an idempotency key found an earlier one.
   * @throws RealtimeError `topic-invalid`, `type-invalid`, `message-invalid` (the idempotency key),
   * `data-unserialisable` (a cycle, a BigInt), `payload-too-large` (more than the log can hold), or
   * `journal-full` (durable consumers are too far behind)
   * @example await bus.publish(`orders/${id}`, { status: 'ready' }, { type: 'order.ready' })
   */
  publish<
    T extends DataOf<Types, Topic>,
    const Topic extends TopicOf<Types> | TopicRef = TopicOf<Types> | TopicRef,
  >(topic: Topic, data: T, options?: PublishOptions): Promise<TopicEvent<T>> {
    return this.append(topic, data, options);
  }

  /**
   * Closes all connections of a principal to gateway and hub, on every node. It can connect again if
   * `authenticate` lets it.
   * @param principalId what `authenticate` returned as `id`
   */
  async revoke(principalId: string): Promise<void> {
    await this.append(REVOCATIONS, { principal: principalId });
  }

  /**
   * Events as they happen, after all kept ones since a cursor if one is given. Each once, in order. Errors with
   * `RealtimeResetError` when it cannot be proven that nothing is missing. Cold: each subscriber reads for
   * itself.
   * @param since a cursor, `earliest`, or a Date. Default: from now.
   */
  stream<T = unknown>(
    topics: TopicsLike,
    { since }: { since?: string | Date } = {},
  ): Observable<TopicEvent<T>> {
    return new Observable((subscriber) => {
      const reader = this.feeds.reader(
        refused(() => topicList(topics)),
        {
          write: (batch) => {
            for (const event of batch.as(topicEvents)) subscriber.next(event as TopicEvent<T>);
            return true;
          },
          reset: (reason, cursor) => subscriber.error(new RealtimeResetError(reason, cursor.toString())),
          fail: (error) => subscriber.error(error),
        },
      );
      subscriber.add(() => reader.close());
      void reader.start(refused(() => parseSince(since)));
    });
  }

  /**
   * One page of history.
   * @param since a cursor, `earliest`, or a Date. Default: `earliest`.
   * @param limit the most events in the page; what is not within 1 to 1,000 is moved there. Default: 256.
   */
  async read<T = unknown>(
    topics: TopicsLike,
    { since = 'earliest', limit = PAGE.limit }: { since?: string | Date; limit?: number } = {},
  ): Promise<TopicPage<T>> {
    const [list, query] = refused(() => [
      topicList(topics),
      { since: parseSince(since), limit: checkedLimit(limit), maxBytes: Infinity },
    ]);
    const page = await this.engine.read(list, query);
    return {
      events: page.events.map((event) => event.toTopicEvent() as TopicEvent<T>),
      cursor: page.cursor.toString(),
      complete: page.complete,
      ...(page.reset && { reset: page.reset }),
    };
  }

  /** The last event of a topic, or undefined when none is kept. */
  async latest<T = unknown>(topic: string | TopicRef): Promise<TopicEvent<T> | undefined> {
    const event = await this.engine.latest(refused(() => singleTopic(topic)));
    return event?.toTopicEvent() as TopicEvent<T> | undefined;
  }

  private async append<T>(
    topic: string | TopicRef,
    data: T,
    options: PublishOptions = {},
  ): Promise<TopicEvent<T>> {
    const draft = refused(() => eventDraft(topic, data, options));
    const event = await this.engine.publish({ ...draft, journaled: this.journaled.has(draft.topic) });
    return { id: event.id, topic: event.topic, type: event.type, data, time: event.time };
  }
}

/**
 * Reads what a client or caller sent as `since`.
 * @throws ProtocolError `cursor-malformed`
 */
export function parseSince(since: string | Date | undefined): Since {
  if (since === undefined || since === 'latest' || since === 'earliest') return since ?? 'latest';
  if (!(since instanceof Date)) return Position.parse(since);
  if (Number.isNaN(since.getTime())) throw new ProtocolError('cursor-malformed', 'The date is invalid.');
  return since;
}

function topicList(topics: TopicsLike): readonly string[] {
  if (topics instanceof TopicRef) return topics.topics;
  return TopicRef.of(typeof topics === 'string' ? [topics] : topics).topics;
}

function checkedLimit(limit: number): number {
  const count = Math.trunc(Math.min(Math.max(1, limit), MAX_LIMIT));
  if (Number.isNaN(count)) throw new ProtocolError('query-invalid', 'The limit must be a number.');
  return count;
}

function refused<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw RealtimeError.from(error);
  }
}
