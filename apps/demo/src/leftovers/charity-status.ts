/** How the charity is doing. */
export interface CharityStatus {
  readonly url: string;
  readonly isOpen: boolean;
  /** Of the breaker: `open` leaves the charity alone until `until`, `half-open` tries one box. */
  readonly state: 'running' | 'paused' | 'open' | 'half-open' | 'missing';
  /** ISO 8601. */
  readonly until?: string;
  /** Boxes that were given up. */
  readonly deadLetters: number;
}

/** What the library tells of a consumer, on `realtime/consumers/<name>`. */
export interface ConsumerNews {
  readonly consumer: string;
  /** The event that failed, or was given up. */
  readonly event?: { readonly id: string; readonly topic: string };
  readonly attempts?: number;
  readonly error?: string;
  /** When it is tried again, ISO 8601. */
  readonly next?: string;
}

/** An event of the topic `charity`: something has happened, and how it is doing since. */
export interface CharityNews {
  readonly status: CharityStatus;
  readonly news?: ConsumerNews;
}
