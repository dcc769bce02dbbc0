import { readerRoute } from '../reader-route.js';
import { ShortPollInterceptor } from './short-poll.interceptor.js';
import type { ShortPollOptions } from './short-poll-options.js';

/**
 * A GET route that answers at once, ready or not.
 *
 * The handler returns state (undefined or null: not ready, 202), answered with an ETag and by 304 when the
 * client has it; or a TopicRef, answered with what happened since the client's cursor.
 * Norm: docs/PROTOCOL.md, Polls.
 *
 * @example
 * \@ShortPoll(':id')
 * get(\@Param('id') id: string) { return this.orders.find(id) }
 */
export function ShortPoll(path?: string | string[], options: ShortPollOptions = {}): MethodDecorator {
  const needsTopic = options.etag === 'topic';
  return readerRoute(path, { decorator: 'ShortPoll', options, needsTopic }, ShortPollInterceptor);
}
