import type { EventOf, Reset, StatesOf, TopicOf, TopicTypes } from 'nestjs-realtime-protocol';
import type { RealtimeClientError } from '../client.error.js';
import type { ClientState } from '../client-state.js';
import type { RealtimeClient, SubscribeOptions, Subscription } from '../realtime-client.js';

/** What a component knows of its topics. */
export interface TopicView<Types extends TopicTypes, Topic extends string> {
  /** How the client is connected. */
  readonly state: ClientState;
  /** The last event. */
  readonly event?: EventOf<Types, Topic> | undefined;
  /** The last snapshot: state by topic, of those that have one. What happened since is in the events. */
  readonly snapshot?: StatesOf<Types, Topic> | undefined;
  /** History was lost, and no snapshot has come since: load anew what you show. */
  readonly reset?: Reset | undefined;
  /** The server refuses; nothing more comes. */
  readonly error?: RealtimeClientError | undefined;
}

/** Before anything is followed, and wherever nothing is: on a server. */
export const UNSEEN: TopicView<object, never> = Object.freeze({
  state: Object.freeze({ name: 'offline', reason: 'idle' }),
});

/** Follows while somebody looks, and goes on from there when somebody looks again. */
export class TopicStore<Types extends TopicTypes, Topic extends TopicOf<Types>> {
  private current: TopicView<Types, Topic> = UNSEEN;
  private subscription: Subscription<Types, Topic> | undefined;

  constructor(
    private readonly client: RealtimeClient<Types>,
    private readonly topics: Topic | readonly Topic[],
    private readonly since: string | undefined,
    private readonly options: () => SubscribeOptions<Types, Topic>,
  ) {}

  readonly view = (): TopicView<Types, Topic> => this.current;

  readonly subscribe = (changed: () => void): (() => void) => {
    const see = (news: Partial<TopicView<Types, Topic>>) => {
      this.current = { ...this.current, ...news };
      changed();
    };
    this.current = { ...this.current, error: undefined };
    const subscription = this.follow(see);
    const forget = this.client.onState((state) => see({ state }));
    return () => {
      forget();
      subscription.close();
    };
  };

  private follow(see: (news: Partial<TopicView<Types, Topic>>) => void): Subscription<Types, Topic> {
    const since = this.subscription?.cursor ?? this.since;
    this.subscription = this.client.subscribe(this.topics, {
      ...(since !== undefined && { since }),
      onEvent: (event) => {
        see({ event });
        this.options().onEvent?.(event);
      },
      onSnapshot: (snapshot) => {
        see({ snapshot, reset: undefined });
        this.options().onSnapshot?.(snapshot);
      },
      onReset: (reason) => {
        see({ reset: { reason }, event: undefined, snapshot: undefined });
        this.options().onReset?.(reason);
      },
      onError: (error) => {
        see({ error });
        this.options().onError?.(error);
      },
    });
    return this.subscription;
  }
}
