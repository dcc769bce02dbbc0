import type { EventOf, StatesOf, TopicOf, TopicTypes } from 'nestjs-realtime-protocol';
import { Observable } from 'rxjs';
import type { RealtimeClient } from '../realtime-client.js';
import type { Told } from '../told.js';

/**
 * What a subscription to these topics tells, for each subscriber anew. Errors when the server refuses; completes when
 * the client is closed.
 *
 * @param since read strictly after this cursor, or `earliest`. Default: from now on, with a snapshot first.
 * @example
 * fromTopic(client, 'orders/42').subscribe((told) => {
 *   if (told.kind === 'event') show(told.event.data);
 * });
 */
export function fromTopic<Types extends TopicTypes, const Topic extends TopicOf<Types>>(
  client: RealtimeClient<Types>,
  topics: Topic | readonly Topic[],
  { since }: { readonly since?: string | undefined } = {},
): Observable<Told<EventOf<Types, Topic>, StatesOf<Types, Topic>>> {
  return new Observable((subscriber) => {
    const subscription = client.subscribe(topics, {
      ...(since !== undefined && { since }),
      onEvent: (event) => subscriber.next({ kind: 'event', event }),
      onSnapshot: (states) => subscriber.next({ kind: 'snapshot', states }),
      onReset: (reason) => subscriber.next({ kind: 'reset', reason }),
      onError: (error) => subscriber.error(error),
    });
    subscriber.add(() => subscription.close());
    subscriber.add(client.onState(({ name }) => name === 'closed' && subscriber.complete()));
  });
}
