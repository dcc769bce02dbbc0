/** One thing that happened at a table: an event of its topic, and a line of its ticket. */
export interface Serving {
  /** Counts from 1 for each order, without gaps: whoever has seen 1 to n has missed nothing. */
  readonly n: number;
  readonly type: 'dish.served' | 'leftovers.fetched';
  /** The dish, or who fetched the leftovers. */
  readonly what: string;
  /** When it happened, ISO 8601. */
  readonly time: string;
  /** Only where leftovers were fetched. */
  readonly call?: Call;
}

/** A driver's call, as it came in. */
export interface Call {
  /** Counts from 1 for each order. */
  readonly n: number;
  readonly portions: number;
  /** Size of the request that reported it, in bytes. */
  readonly bytes: number;
}

/** What is true now at a table. */
export interface Ticket {
  readonly order: string;
  /** The latest, oldest first. */
  readonly served: readonly Serving[];
}

/** A slice of cake for everybody: an event of the topic `party`. */
export interface Cake {
  /** Counts from 1 for the whole house. */
  readonly n: number;
  readonly time: string;
}
