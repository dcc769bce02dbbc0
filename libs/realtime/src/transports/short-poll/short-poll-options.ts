import type { ReaderRouteOptions } from '../reader-route.js';

export interface ShortPollOptions extends ReaderRouteOptions {
  /**
   * Where the ETag in state mode comes from: from the `state` the handler returned, or from the head of
   * `topic`, so that a poll for which nothing was published runs no handler. The latter is right only if every
   * change of the state is published on `topic`. Default: `state`.
   */
  readonly etag?: 'state' | 'topic';
  /** What `Retry-After` asks for, in milliseconds, before jitter. Default: the module's, 2,000. */
  readonly intervalMs?: number;
}
