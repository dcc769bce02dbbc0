import type { ResetReason, TopicEvent } from 'nestjs-realtime-protocol';
import type { RealtimeClientError } from './client.error.js';
import type { Followers } from './followers.js';
import type { Line, LineEnd, LineListener, OpenLine, States, TransportName } from './transports/line.js';

/** A transport, and how to open a line by it. */
export interface Way {
  readonly name: TransportName;
  readonly open: OpenLine;
}

export interface LinkObserver {
  opened(link: Link): void;
  live(link: Link): void;
  refused(link: Link, error: RealtimeClientError): void;
  ended(link: Link, end: LineEnd): void;
}

/** A line at work: what it tells goes to the followers, how it fares to its observer. */
export class Link implements LineListener {
  readonly line: Line;
  /** When it had caught up, in ms since the epoch; undefined until then. */
  liveAt: number | undefined;
  heardAt = Date.now();

  constructor(
    readonly way: Way,
    private readonly followers: Followers,
    private readonly observer: LinkObserver,
  ) {
    this.line = way.open(this);
  }

  opened(): void {
    this.heardAt = Date.now();
    this.observer.opened(this);
  }

  live(): void {
    this.heardAt = Date.now();
    if (this.liveAt !== undefined) return;
    this.liveAt = this.heardAt;
    this.observer.live(this);
  }

  events(events: readonly TopicEvent[]): void {
    this.heardAt = Date.now();
    this.followers.events(events);
  }

  moved(cursor: string): void {
    this.heardAt = Date.now();
    this.followers.moved(cursor);
  }

  snapshot(cursor: string, states: States): void {
    this.followers.snapshot(cursor, states);
  }

  reset(reason: ResetReason, cursor: string): void {
    this.followers.reset(reason, cursor);
  }

  refused(error: RealtimeClientError): void {
    this.observer.refused(this, error);
  }

  ended(end: LineEnd): void {
    this.observer.ended(this, end);
  }

  close(): void {
    this.line.close();
  }
}
