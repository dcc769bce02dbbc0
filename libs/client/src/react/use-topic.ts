import type { TopicOf, TopicTypes } from 'nestjs-realtime-protocol';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { RealtimeClient, SubscribeOptions } from '../realtime-client.js';
import { TopicStore, type TopicView, UNSEEN } from './topic-store.js';

/**
 * Follows topics for as long as the component is mounted, and renders it anew with what comes. Where every event
 * counts and not only the last, take `onEvent`: several may come between two renders.
 *
 * @param options as for `client.subscribe`; other callbacks may be given with every render
 * @example
 * const { snapshot, event, state } = useTopic(client, `orders/${id}`);
 */
export function useTopic<Types extends TopicTypes, const Topic extends TopicOf<Types>>(
  client: RealtimeClient<Types>,
  topics: Topic | readonly Topic[],
  options: SubscribeOptions<Types, Topic> = {},
): TopicView<Types, Topic> {
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  const { since } = options;
  const key = JSON.stringify(topics);
  const store = useMemo(
    () =>
      new TopicStore<Types, Topic>(client, JSON.parse(key) as Topic | Topic[], since, () => latest.current),
    [client, key, since],
  );
  return useSyncExternalStore(store.subscribe, store.view, () => UNSEEN as TopicView<Types, Topic>);
}
