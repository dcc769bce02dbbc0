/** What a process is told to do until it is killed. */
export interface ConsumingAssignment {
  readonly path: string;
  /** Where its durable consumer sends each event. */
  readonly url: string;
  /** The numbers of the events to publish: from, and up to without. */
  readonly from: number;
  readonly to: number;
}

/** An event, as it was accepted and as it is sent. */
export interface NumberedEvent {
  readonly id: string;
  readonly number: number;
}

/** Events that the consumer has under way at once. */
export const CONCURRENCY = 8;
