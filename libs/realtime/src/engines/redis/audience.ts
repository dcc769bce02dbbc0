import type { Position } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../../bus/log-event.js';
import { Listeners } from '../listeners.js';

/** Listeners that are told each event once, however often it comes, and in the order of the log. */
export class Audience {
  readonly listeners = new Listeners();
  private place: Position | undefined;

  /** Everything up to here it was told. */
  get heard(): Position | undefined {
    return this.place;
  }

  tell(event: LogEvent): void {
    if (!this.isNew(event.position)) return;
    this.place = event.position;
    this.listeners.tell(event);
  }

  /** There was nothing else up to here. */
  move(position: Position): void {
    if (this.isNew(position)) this.place = position;
  }

  /** In another epoch everything is. */
  private isNew(position: Position): boolean {
    const { place } = this;
    return !place || place.epoch !== position.epoch || position.isAfter(place);
  }
}
