import { assertTopic, type PublishMessage } from 'nestjs-realtime-protocol';
import { RealtimeClientError } from './client.error.js';
import type { ClientState } from './client-state.js';
import type { Connect, Connection } from './connection.js';
import type { Credentials } from './credentials.js';
import { assertSince } from './cursor-order.js';
import { watchPresence } from './environment.js';
import { type Audience, Follower } from './follower.js';
import { Followers } from './followers.js';
import { publish } from './publish.js';
import type { SubscribeOptions, Subscription } from './realtime-client.js';
import { ToldQueue } from './told.js';
import type { Publisher } from './transports/hub.js';

type Options = SubscribeOptions<object, string>;

/** The client of any topics. */
export class Client {
  private current: ClientState = { name: 'offline', reason: 'idle' };
  private readonly listeners = new Set<(state: ClientState) => void>();
  private readonly over = new AbortController();
  private readonly followers: Followers;
  private readonly connection: Connection;
  private readonly unwatch: () => void;

  constructor(
    connect: Connect,
    private readonly hub: Publisher,
    private readonly credentials: Credentials,
  ) {
    this.followers = new Followers(() => this.connection.changed());
    this.connection = connect(this.followers, (state) => this.tell(state));
    this.unwatch = watchPresence(this.connection);
  }

  get state(): ClientState {
    return this.current;
  }

  onState(listener: (state: ClientState) => void): () => void {
    this.listeners.add(listener);
    listener(this.current);
    return () => void this.listeners.delete(listener);
  }

  subscribe(topics: string | readonly string[], options: Options = {}): Subscription {
    this.assertOpen();
    const list = typeof topics === 'string' ? [topics] : [...topics];
    for (const topic of list) assertTopic(topic);
    const { since } = options;
    if (since !== undefined) assertSince(since);
    const queue = isHeard(options) ? undefined : this.queue(() => follower);
    const follower: Follower = new Follower(list, since, queue ?? callbacks(options));
    this.followers.add(follower);
    return {
      topics: list,
      get cursor() {
        return follower.cursor;
      },
      close: () => this.followers.end(follower),
      [Symbol.asyncIterator]: () => queue ?? notIterable(),
    };
  }

  publish(message: PublishMessage): Promise<string> {
    this.assertOpen();
    const { signal } = this.over;
    return publish(message, (keyed) => (this.connection.line ?? this.hub).publish(keyed, signal), signal);
  }

  async renew(): Promise<void> {
    this.credentials.expire();
    await this.connection.line?.renew();
  }

  close(): void {
    if (this.over.signal.aborted) return;
    this.unwatch();
    this.over.abort(closed());
    this.connection.close();
    this.followers.endAll();
  }

  private queue(follower: () => Follower): ToldQueue {
    return new ToldQueue({
      pause: () => this.followers.pause(follower()),
      resume: () => this.followers.resume(follower()),
      close: () => this.followers.end(follower()),
    });
  }

  private tell(state: ClientState): void {
    this.current = state;
    for (const listener of this.listeners) report(() => listener(state));
  }

  private assertOpen(): void {
    if (this.over.signal.aborted) throw closed();
  }
}

function isHeard({ onEvent, onSnapshot, onReset }: Options): boolean {
  return (onEvent ?? onSnapshot ?? onReset) !== undefined;
}

function callbacks({ onEvent, onSnapshot, onReset, onError }: Options): Audience {
  return {
    event: (event) => report(() => onEvent?.(event)),
    snapshot: (states) => report(() => onSnapshot?.(states)),
    reset: (reason) => report(() => onReset?.(reason)),
    end: (error) => error && report(() => onError?.(error)),
  };
}

/** Calls what is not ours: an error there is the application's, and must not cost the others their events. */
function report(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function closed(): RealtimeClientError {
  return new RealtimeClientError('closed', 'The client was closed.');
}

function notIterable(): never {
  throw new TypeError('This subscription has callbacks: iterate one that has none.');
}
