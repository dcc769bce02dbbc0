/**
 * What happens to an order, by type. It is published, and that is all that is kept of it: after a restart an
 * order is the sum of these again.
 */
export type OrderEvent =
  | { readonly type: 'dish.served'; readonly data: Serving }
  | { readonly type: 'leftovers.packed'; readonly data: Box }
  | { readonly type: 'leftovers.fetched'; readonly data: Serving }
  | { readonly type: 'kitchen.conducted'; readonly data: { readonly automatic: boolean } };

/** One thing that happened at a table: an event of its topic, and a line of its ticket. */
export interface Serving {
  /** Counts from 1 for each order, without gaps: whoever has seen 1 to n has missed nothing. */
  readonly n: number;
  /** The dish, or who fetched the leftovers. */
  readonly what: string;
  /** When it happened, ISO 8601. */
  readonly time: string;
  /** Of a dish: the id of the event that ordered it. */
  readonly wish?: string;
  /** Of leftovers. */
  readonly call?: Call;
}

/** A box of leftovers: the event that is sent to the charity. */
export interface Box {
  readonly order: string;
  /** Counts from 1 for each order. */
  readonly n: number;
  readonly portions: number;
}

/** The charity's call that a box was fetched, as it came in. */
export interface Call {
  /** The number of the box. */
  readonly n: number;
  readonly portions: number;
  /** Size of the request, in bytes. */
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
