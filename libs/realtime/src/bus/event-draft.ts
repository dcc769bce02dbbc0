import { assertTopic, assertType, DEFAULT_TYPE, ProtocolError } from 'nestjs-realtime-protocol';
import type { EventDraft } from '../engines/engine.interface.js';
import { RealtimeError } from '../realtime.errors.js';
import { TopicRef } from './topic-ref.js';

/** The longest idempotency key, in bytes of UTF-8. */
const MAX_KEY_BYTES = 256;

export interface PublishOptions {
  /** The event's type. Default: `message`. */
  readonly type?: string;
  /**
   * Publishing again on this topic with the same key, within `retention.idempotencyMs`, appends nothing and
   * returns the first event. 1 to 256 bytes.
   */
  readonly idempotencyKey?: string;
}

/**
 * Checks and serialises what is to be published.
 * @throws ProtocolError `topic-invalid`, `type-invalid`, `message-invalid` for the idempotency key
 * @throws RealtimeError `data-unserialisable`
 */
export function eventDraft(
  topic: string | TopicRef,
  data: unknown,
  { type = DEFAULT_TYPE, idempotencyKey }: PublishOptions,
): EventDraft {
  assertType(type);
  return { topic: singleTopic(topic), type, json: toJson(data), idempotencyKey: checkedKey(idempotencyKey) };
}

/** @throws ProtocolError `message-invalid` */
export function assertIdempotencyKey(key: unknown): asserts key is string {
  const bytes = typeof key === 'string' ? Buffer.byteLength(key) : 0;
  if (bytes >= 1 && bytes <= MAX_KEY_BYTES) return;
  throw new ProtocolError('message-invalid', `An idempotency key is text of 1 to ${MAX_KEY_BYTES} bytes.`);
}

/** The topic of a call that takes one. */
export function singleTopic(topic: string | TopicRef): string {
  const text: unknown = topic instanceof TopicRef && topic.topics.length === 1 ? topic.topics[0] : topic;
  assertTopic(text);
  return text;
}

function checkedKey(key: string | undefined): string | undefined {
  if (key !== undefined) assertIdempotencyKey(key);
  return key;
}

function toJson(data: unknown): string {
  try {
    // undefined and functions have no JSON
    return JSON.stringify(data) ?? 'null';
  } catch (error) {
    throw new RealtimeError(
      'data-unserialisable',
      `The data cannot be written as JSON: ${(error as Error).message}`,
    );
  }
}
