import { readerRoute } from '../reader-route.js';
import { SseInterceptor } from './sse.interceptor.js';
import type { SseOptions } from './sse-options.js';
import { keepObservables } from './streamed.js';

/**
 * A GET route that keeps one response open (`text/event-stream`).
 *
 * In log mode the handler returns a TopicRef, and the client gets what happened since its cursor. In state
 * mode, with `topic`, it returns state, which is sent, and again whenever it differs after an event on the
 * topic. Any other Observable is streamed as Nest's own `@Sse` does.
 * Norm: docs/PROTOCOL.md, Server-Sent Events.
 *
 * Guards, pipes and filters apply as on any route. Interceptors of the class and the application see a request
 * through, but not what is streamed afterwards: one that changes state (ClassSerializerInterceptor, say) stands
 * above this decorator, where it sees each state before it is compared and sent.
 *
 * @example
 * \@Sse(':id/events')
 * events(\@Param('id') id: string) { return topic('orders', id) }
 */
export function Sse(path?: string | string[], options: SseOptions = {}): MethodDecorator {
  const route = readerRoute(path, { decorator: 'Sse', options, needsTopic: false }, SseInterceptor);
  return (target, key, descriptor) => {
    // With a topic it is state that an Observable emits.
    if (options.topic === undefined) keepObservables(descriptor as PropertyDescriptor);
    return route(target, key, descriptor);
  };
}
