import { ProtocolError } from './protocol.error.js';

/** The longest topic, in bytes of UTF-8. */
export const MAX_TOPIC_BYTES = 256;

/** The longest event type, in bytes of UTF-8. */
export const MAX_TYPE_BYTES = 128;

/** The type of an event published without one. SSE leaves it out: it is what `onmessage` hears. */
export const DEFAULT_TYPE = 'message';

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Checks a topic: segments joined by `/`, at most 256 bytes, no empty segment, no control characters, and no
 * segment `*` or `**`, which are patterns.
 * @throws ProtocolError `topic-invalid`
 */
export function assertTopic(topic: unknown): asserts topic is string {
  const fault = topicFault(topic);
  if (fault) throw new ProtocolError('topic-invalid', `${describe(topic)} is no topic: ${fault}.`);
}

/**
 * Checks an event type as a publisher may give it: 1 to 128 bytes, no control characters, and not beginning
 * with `$`, which is kept for control events.
 * @throws ProtocolError `type-invalid`
 */
export function assertType(type: unknown): asserts type is string {
  const fault = typeFault(type);
  if (fault) throw new ProtocolError('type-invalid', `${describe(type)} is no event type: ${fault}.`);
}

/** Escapes one segment so that any text, slashes and control characters included, can be part of a topic. */
export function topicSegment(value: string | number): string {
  const text = String(value);
  if (text === '' || LONE_SURROGATE.test(text)) {
    throw new ProtocolError('topic-invalid', `${describe(value)} cannot be a topic segment.`);
  }
  if (text === '*' || text === '**') return text.replaceAll('*', '%2A');
  return text.replaceAll(/[%/\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (char) => encodeURIComponent(char));
}

function topicFault(topic: unknown): string | undefined {
  if (typeof topic !== 'string') return 'it must be a string';
  if (topic === '') return 'it is empty';
  if (byteLength(topic) > MAX_TOPIC_BYTES) return `it is longer than ${MAX_TOPIC_BYTES} bytes`;
  if (CONTROL.test(topic) || LONE_SURROGATE.test(topic)) return 'it has control characters';
  for (const segment of topic.split('/')) {
    if (segment === '') return 'it has an empty segment';
    if (segment === '*' || segment === '**') return 'it is a pattern';
  }
  return undefined;
}

function typeFault(type: unknown): string | undefined {
  if (typeof type !== 'string') return 'it must be a string';
  if (type === '') return 'it is empty';
  if (type.startsWith('$')) return 'names beginning with $ are kept for control events';
  if (byteLength(type) > MAX_TYPE_BYTES) return `it is longer than ${MAX_TYPE_BYTES} bytes`;
  if (CONTROL.test(type) || LONE_SURROGATE.test(type)) return 'it has control characters';
  return undefined;
}

function byteLength(text: string): number {
  // A UTF-16 unit is at most three bytes of UTF-8, so most texts need no counting.
  if (text.length * 3 <= MAX_TYPE_BYTES) return text.length;
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function describe(value: unknown): string {
  if (typeof value !== 'string') return value === null ? 'null' : `A value of type ${typeof value}`;
  return JSON.stringify(value.length > 64 ? `${value.slice(0, 64)}…` : value);
}
