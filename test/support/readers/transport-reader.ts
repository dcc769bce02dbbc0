/** An event as it came over the wire. In `data` mode of SSE there is no topic. */
export interface HeardEvent {
  readonly id: string;
  readonly topic?: string;
  readonly type: string;
  readonly data: unknown;
}

/** Who listens to a reader, and keeps its cursor for it. */
export interface Listener {
  /** An event; its id is the new cursor. */
  event(event: HeardEvent): void;
  /** Everything up to `cursor` has been received: the new cursor. */
  moved(cursor: string): void;
  /** History was lost; `cursor` is where to go on from. */
  reset(reason: string, cursor: string): void;
  /** The server said that it failed. The connection ends. */
  failed(): void;
  /** Current state, before the events that follow. */
  snapshot?(state: unknown): void;
}

/** One way of reading the log, written from docs/PROTOCOL.md with parsers of others. It holds no state. */
export interface TransportReader {
  readonly name: string;
  /**
   * Reads on from `since`, or from now if there is no cursor yet. Resolves when the connection has ended, by
   * whomever; rejects when the server breaks the protocol.
   */
  read(url: string, since: string | undefined, listener: Listener, signal: AbortSignal): Promise<void>;
}
