/** What an application with many webhook endpoints is told. */
export interface SendingAssignment {
  /** Where its log is; in memory, if it is left out. */
  readonly path?: string;
  /** The port of the receiver, on each address of this machine. */
  readonly port: number;
  /** How many endpoints there are. The first is the one that fails. */
  readonly endpoints: number;
  /** Events per second to endpoints, one after the other; as many a second as this goes to the first. */
  readonly perSecond: number;
  readonly perSecondToFirst: number;
  /** The first endpoint's rate limit. */
  readonly rateLimit: number;
  readonly timeoutMs: number;
}

/** The data of an event. */
export interface Stamp {
  /** The endpoint's number. */
  readonly to: number;
  /** When it was published, in milliseconds of the machine's clock that never goes back. */
  readonly at: number;
}

/** What the application is asked for, line by line, and says when it is done. */
export type SendingOrder = 'begin' | 'end' | 'cpu' | 'records' | { readonly backlog: number };

/** Milliseconds of a clock that all processes of this machine have in common. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
