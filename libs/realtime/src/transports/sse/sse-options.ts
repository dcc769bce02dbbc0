import type { ReaderRouteOptions } from '../reader-route.js';

export interface SseOptions extends ReaderRouteOptions {
  /** Send the whole TopicEvent as `data`, for readers of several topics. Log mode only. Default: false. */
  readonly envelope?: boolean;
}
