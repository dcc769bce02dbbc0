/** What the tabs of an origin find each other by: what is used of a browser's APIs for that. */
export interface Platform {
  readonly locks: Locks;
  /** Opens a channel. @param hear called with what others say on it */
  readonly channel: (name: string, hear?: (message: unknown) => void) => Channel;
}

/** Web Locks: who holds a lock loses it when it dies, or when another steals it. */
export interface Locks {
  /** Resolves when what `held` returns does. Rejects when it is aborted before that was called, and when it is stolen. */
  request(
    name: string,
    options: { readonly signal?: AbortSignal; readonly steal?: boolean },
    held: () => Promise<void>,
  ): Promise<void>;
}

/** A BroadcastChannel: what one says, all others of its name hear, in its order. */
export interface Channel {
  say(message: unknown): void;
  close(): void;
}
