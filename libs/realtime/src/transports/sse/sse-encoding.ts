import { DEFAULT_TYPE, type Position } from 'nestjs-realtime-protocol';
import type { Encoding } from '../../bus/batch.js';
import type { LogEvent } from '../../bus/log-event.js';
import { envelope } from '../envelope.js';

/** How batches become frames of a stream. Norm: docs/PROTOCOL.md, Server-Sent Events. */
export interface SseEncoding {
  /** As the body of a response. */
  readonly plain: Encoding<Buffer>;
  /** The same as one chunk of HTTP/1.1's chunked coding, ready for the socket. */
  readonly chunked: Encoding<Buffer>;
}

/** `data` is the event's data. */
export const dataEncoding = sseEncoding((event) => event.json);

/** `data` is the whole TopicEvent. */
export const envelopeEncoding = sseEncoding(envelope);

/**
 * One frame. `data` is JSON on one line; `type` and `id` cannot have line breaks, for no type or cursor has.
 */
export function sseFrame(type: string, id: Position | undefined, data: string): string {
  const event = type === DEFAULT_TYPE ? '' : `event: ${type}\n`;
  return `${id ? `id: ${id}\n` : ''}${event}data: ${data}\n\n`;
}

/** Moves the id that a browser will come back with, and dispatches nothing. */
export function heartbeatFrame(id: Position | undefined): string {
  return id ? `id: ${id}\n\n` : ':\n\n';
}

/** Sets the browser's reconnection time. */
export function retryField(ms: number): string {
  return `retry: ${ms}\n`;
}

/** `text` as one chunk of HTTP/1.1's chunked coding (RFC 9112 section 7.1). */
export function chunk(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}

function sseEncoding(data: (event: LogEvent) => string): SseEncoding {
  const frames = (events: readonly LogEvent[]) => {
    let text = '';
    for (const event of events) text += sseFrame(event.type, event.position, data(event));
    return text;
  };
  return {
    plain: { encode: (events) => Buffer.from(frames(events)) },
    chunked: { encode: (events) => chunk(frames(events)) },
  };
}
