import { readerRoute } from '../reader-route.js';
import { LongPollInterceptor } from './long-poll.interceptor.js';
import type { LongPollOptions } from './long-poll-options.js';

/**
 * A GET route that answers when something changes, or when the wait is over.
 *
 * In state mode, with `topic`, the handler returns state (undefined or null: not ready), and runs again when
 * something happens on the topic; the answer goes out when its ETag differs from the client's `If-None-Match`.
 * In log mode, without `topic`, the handler returns a TopicRef.
 * Norm: docs/PROTOCOL.md, Polls.
 *
 * @example
 * \@LongPoll(':id/changes', { topic: 'orders/:id' })
 * changes(\@Param('id') id: string) { return this.orders.find(id) }
 */
export function LongPoll(path?: string | string[], options: LongPollOptions = {}): MethodDecorator {
  return readerRoute(path, { decorator: 'LongPoll', options, needsTopic: true }, LongPollInterceptor);
}
