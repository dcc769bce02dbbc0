/** Who looks at a state, and keeps its tag. */
export interface Viewer {
  /** The state, and its tag where the transport has one. */
  show(state: unknown, etag: string | undefined): void;
  /** What was shown last is the state as of `cursor`, or later. */
  asOf(cursor: string): void;
}

/** One way of reading a state, written from docs/PROTOCOL.md. It holds nothing. */
export interface StateReader {
  readonly name: string;
  /** Looks until the connection has ended. `etag` is of the state that is known. */
  read(url: string, etag: string | undefined, viewer: Viewer, signal: AbortSignal): Promise<void>;
}
