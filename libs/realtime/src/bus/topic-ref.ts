import { assertTopic, topicSegment } from 'nestjs-realtime-protocol';

/** Loads the current state that a reader starts from. Called after the cursor it will be sent with was taken. */
export type SnapshotLoader = () => unknown;

/**
 * Names what to read: one topic or several, and perhaps a snapshot to begin with. What a handler returns to
 * be in log mode. Immutable.
 */
export class TopicRef {
  private constructor(
    /** Sorted, without duplicates. */
    readonly topics: readonly string[],
    /** Loads the state sent in front, if there is one. */
    readonly load: SnapshotLoader | undefined,
  ) {}

  /** @throws ProtocolError `topic-invalid` */
  static of(topics: readonly string[], load?: SnapshotLoader): TopicRef {
    topics.forEach((topic) => assertTopic(topic));
    return new TopicRef([...new Set(topics)].sort(), load);
  }

  /** The same topics with current state in front of their events. */
  snapshot(load: SnapshotLoader): TopicRef {
    return new TopicRef(this.topics, load);
  }

  /** The topic, or the topics separated by spaces: for `publish` in a template and for messages. */
  toString(): string {
    return this.topics.join(' ');
  }
}

/**
 * A topic from segments, each escaped, so that no value of one can reach into another.
 * @example topic('orders', 42) // orders/42
 * @throws ProtocolError `topic-invalid` for an empty segment or a topic of more than 256 bytes
 */
export function topic(...segments: readonly (string | number)[]): TopicRef {
  return TopicRef.of([segments.map(topicSegment).join('/')]);
}

/**
 * Several topics read as one stream, in the order of the log, with one cursor.
 * @example topics(topic('orders', 42), 'menu')
 */
export function topics(...refs: readonly (TopicRef | string)[]): TopicRef {
  return TopicRef.of(refs.flatMap((ref) => (typeof ref === 'string' ? [ref] : ref.topics)));
}
