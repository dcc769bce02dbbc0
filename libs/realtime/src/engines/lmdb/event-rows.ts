import { Position } from 'nestjs-realtime-protocol';
import { LogEvent } from '../../bus/log-event.js';
import type { EventRow, PositionKey } from './lmdb-store.js';

/** Events of one epoch, and the rows they are written as. */
export class EventRows {
  constructor(readonly epoch: string) {}

  position([ms, seq]: PositionKey): Position {
    return new Position(this.epoch, ms, seq);
  }

  /** The row of an event whose key is its topic and position. */
  row({ type, json, previous }: LogEvent): EventRow {
    return [[type, previous ? [previous.ms, previous.seq] : null], json];
  }

  event(topic: string, key: PositionKey, [[type, previous], json]: EventRow): LogEvent {
    return new LogEvent(
      this.position(key),
      topic,
      type,
      json,
      previous ? this.position(previous) : undefined,
    );
  }
}
