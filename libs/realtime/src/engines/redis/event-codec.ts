import { Position } from 'nestjs-realtime-protocol';
import { LogEvent } from '../../bus/log-event.js';

/** An event as scripts give it: id, previous id or nothing, topic, type, data. */
export type EventRow = readonly [id: string, previous: string, topic: string, type: string, json: string];

export function decodeEvent(epoch: string, [id, previous, topic, type, json]: EventRow): LogEvent {
  return new LogEvent(
    decodeId(epoch, id),
    topic,
    type,
    json,
    previous === '' ? undefined : decodeId(epoch, previous),
  );
}

/** An announcement: the epoch and an event's row, a line each. Only the data may have lines itself. */
export function decodeAnnouncement(text: string): LogEvent {
  const [epoch = '', id = '', previous = '', topic = '', type = ''] = text.split('\n', 5);
  const head = epoch.length + id.length + previous.length + topic.length + type.length + 5;
  return decodeEvent(epoch, [id, previous, topic, type, text.slice(head)]);
}

/** A position is an id of a stream: `<ms>-<seq>`. */
export function decodeId(epoch: string, id: string): Position {
  const dash = id.indexOf('-');
  return new Position(epoch, Number(id.slice(0, dash)), Number(id.slice(dash + 1)));
}

export function encodeId({ ms, seq }: Position): string {
  return `${ms}-${seq}`;
}
