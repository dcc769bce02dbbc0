import {
  assertTopic,
  ProtocolError,
  type PublishMessage,
  type RefreshMessage,
} from 'nestjs-realtime-protocol';
import { parseSince } from '../bus/realtime-bus.js';
import type { Since } from '../engines/engine.interface.js';

/** What a client sent, checked. Norm: docs/PROTOCOL.md. All throw ProtocolError. */
export interface Subscribe {
  readonly topics: readonly string[];
  /** Undefined when the client has no cursor yet. */
  readonly since: Since | undefined;
}

export function parseSubscribe(message: unknown): Subscribe {
  const { since } = asObject(message);
  const topics = parseTopics(message);
  if (since === undefined || since === null || since === 'latest') return { topics, since: undefined };
  return { topics, since: parseSince(asString('since', since)) };
}

/** Sorted, without duplicates, at least one. */
export function parseTopics(message: unknown): readonly string[] {
  const { topics } = asObject(message);
  if (!Array.isArray(topics) || topics.length === 0)
    throw invalid('"topics" must be a list of one topic or more');
  const checked = topics.map((topic: unknown) => {
    assertTopic(topic);
    return topic;
  });
  return [...new Set(checked)].sort();
}

/** @param otherKey an idempotency key that came by another way; the message's own wins */
export function parsePublish(message: unknown, otherKey?: string): PublishMessage {
  const { topic, type, data, idempotencyKey = otherKey } = asObject(message);
  assertTopic(topic);
  return {
    topic,
    data,
    ...(type !== undefined && { type: asString('type', type) }),
    ...(idempotencyKey !== undefined && { idempotencyKey: asString('idempotencyKey', idempotencyKey) }),
  };
}

export function parseRefresh(message: unknown): RefreshMessage {
  return { token: asString('token', asObject(message).token) };
}

function asObject(message: unknown): Readonly<Record<string, unknown>> {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw invalid('the message must be an object');
  }
  return message as Record<string, unknown>;
}

function asString(name: string, value: unknown): string {
  if (typeof value !== 'string') throw invalid(`"${name}" must be a string`);
  return value;
}

function invalid(what: string): ProtocolError {
  return new ProtocolError('message-invalid', `Malformed: ${what}.`);
}
