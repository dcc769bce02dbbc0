import { createHash } from 'node:crypto';

/**
 * The names of everything in Redis. All are in one hash tag, so that a cluster keeps a log on one shard and a script
 * may touch all of it.
 */
export class RedisKeys {
  private readonly tag: string;

  /** @param prefix without braces */
  constructor(prefix: string) {
    this.tag = `{${prefix}}`;
  }

  /** Hash: the epoch, the last position, which server it was written by, and what was forgotten. */
  get log(): string {
    return `${this.tag}:log`;
  }

  /** Stream: everything that durable consumers follow. */
  get journal(): string {
    return `${this.tag}:journal`;
  }

  /** Sorted set: topics of which events are kept, by the time of the last. */
  get topics(): string {
    return `${this.tag}:topics`;
  }

  /** Hash and sorted set: records by their keys, and the keys in their order. */
  get records(): string {
    return `${this.tag}:records`;
  }

  get recordKeys(): string {
    return `${this.tag}:record-keys`;
  }

  /** Stream: the events of a topic. Its channel has the same name. */
  topic(topic: string): string {
    return `${this.topicPrefix}${topic}`;
  }

  get topicPrefix(): string {
    return `${this.tag}:topic:`;
  }

  idempotency(topic: string, key: string): string {
    return `${this.tag}:key:${digest(`${topic}\n${key}`)}`;
  }

  claim(key: string): string {
    return `${this.tag}:claim:${digest(key)}`;
  }

  /** Channel: every event. */
  get everything(): string {
    return `${this.tag}:everything`;
  }

  /** Channel: how far this process has heard. */
  marks(process: string): string {
    return `${this.tag}:marks:${process}`;
  }
}

/** Of any text, unpaired surrogates included. */
function digest(text: string): string {
  return createHash('sha256').update(text, 'utf16le').digest('base64url');
}
