import type { Position, TopicEvent } from 'nestjs-realtime-protocol';

/** An event as it stands in the log. Its data is JSON text, written once by the publisher. */
export class LogEvent {
  constructor(
    readonly position: Position,
    readonly topic: string,
    readonly type: string,
    readonly json: string,
    /** Position of the topic's event before this one, as far as the engine knows. */
    readonly previous: Position | undefined,
  ) {}

  /** Its cursor. */
  get id(): string {
    return this.position.toString();
  }

  /** When it was published, ISO 8601. */
  get time(): string {
    return new Date(this.position.ms).toISOString();
  }

  /** The event for readers in this process: parsed and frozen. */
  toTopicEvent(): TopicEvent {
    return Object.freeze({
      id: this.id,
      topic: this.topic,
      type: this.type,
      data: deepFreeze(JSON.parse(this.json) as unknown),
      time: this.time,
    });
  }
}

/** Iterative, for data may be nested deeper than the stack. */
function deepFreeze(root: unknown): unknown {
  const pending = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const child of Object.values(value)) pending.push(child);
    Object.freeze(value);
  }
  return root;
}
