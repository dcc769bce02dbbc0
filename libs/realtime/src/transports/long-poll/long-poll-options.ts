import type { ReaderRouteOptions } from '../reader-route.js';

export interface LongPollOptions extends ReaderRouteOptions {
  /**
   * The state depends on the URL alone, not on who asks: polls that wait for the same URL share one run of the
   * handler when something happens. Default: false.
   */
  readonly share?: boolean;
  /** How long a poll waits that does not say, in milliseconds. Default: the module's, 25,000. */
  readonly waitMs?: number;
  /** The longest wait a client can ask for, in milliseconds. Default: the module's, 55,000. */
  readonly maxWaitMs?: number;
}
