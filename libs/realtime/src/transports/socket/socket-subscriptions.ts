import { Position, type ResetReason, type SubscribeAck } from 'nestjs-realtime-protocol';
import type { Session } from '../../access/session.js';
import type { Batch } from '../../bus/batch.js';
import type { Since } from '../../engines/engine.interface.js';
import { RealtimeError } from '../../realtime.errors.js';
import type { Subscribe } from '../client-messages.js';
import { encodePacket, eventsEncoding } from './socket-encoding.js';
import type { SocketOutput } from './socket-output.js';
import type { SocketServices } from './socket-services.js';
import { SocketSubscription, type SubscriptionOutput } from './socket-subscription.js';

/** Where a subscription begins. */
interface Beginning {
  /** What the client is told. */
  readonly cursor: Position;
  /** Where reading begins. */
  readonly since: Since;
  readonly recovered: boolean;
  readonly reset?: ResetReason;
}

/** Says that a `snapshot` follows, without which the cursor is of no use. */
const FOLLOWED = Object.freeze({ snapshot: true });

/** What one client follows: each topic belongs to the last `subscribe` that named it. */
export class SocketSubscriptions implements SubscriptionOutput {
  private readonly byTopic = new Map<string, SocketSubscription>();
  private closed = false;

  constructor(
    private readonly session: Session,
    private readonly services: SocketServices,
    private readonly output: SocketOutput,
    /** Ends the connection. */
    readonly fail: (error: unknown) => void,
  ) {}

  /** Up to here everything was sent, of all topics; undefined while that cannot be said. */
  get cursor(): Position | undefined {
    let lowest: Position | undefined;
    for (const { cursor } of this.all()) {
      if (!cursor || (lowest && lowest.epoch !== cursor.epoch)) return undefined;
      if (!lowest || lowest.isAfter(cursor)) lowest = cursor;
    }
    return lowest;
  }

  /**
   * Acknowledges, and then sends state and events. Does nothing at all where it throws.
   * @throws RealtimeError `too-many-topics`, `forbidden`, or what a policy threw
   */
  async subscribe({ topics, since }: Subscribe, ack: (answer: SubscribeAck) => void): Promise<void> {
    this.checkCount(topics);
    await this.services.policies.checkSubscribe(this.session.principal, topics);
    const begin = await this.begin(topics, since);
    const states = begin.recovered ? undefined : await this.states(topics);
    await this.unsubscribe(topics);
    if (this.closed) return;

    const subscription = new SocketSubscription(this.services.feeds, this, topics, begin.since);
    for (const topic of topics) this.byTopic.set(topic, subscription);
    const { cursor, recovered, reset: reason } = begin;
    ack({ ok: true, cursor: cursor.toString(), recovered, ...(states && !reason && FOLLOWED) });
    if (reason) this.output.send('reset', { topics, reason, cursor, ...(states && FOLLOWED) });
    this.snapshot(states, cursor);
    subscription.start();
  }

  async unsubscribe(topics: readonly string[]): Promise<void> {
    const affected = new Set(topics.flatMap((topic) => this.byTopic.get(topic) ?? []));
    await Promise.all([...affected].map((subscription) => subscription.settled()));
    if (this.closed) return;
    for (const topic of topics) this.byTopic.delete(topic);
    for (const subscription of affected) subscription.drop(topics);
  }

  events(batch: Batch): boolean {
    return this.output.write(batch.as(eventsEncoding));
  }

  async reset(topics: readonly string[], reason: ResetReason, cursor: Position): Promise<void> {
    const states = await this.states(topics);
    this.output.send('reset', { topics, reason, cursor, ...(states && FOLLOWED) });
    this.snapshot(states, cursor);
  }

  /** The client can take more. */
  resume(): void {
    for (const subscription of this.all()) subscription.resume();
  }

  close(): void {
    this.closed = true;
    for (const subscription of this.all()) subscription.close();
    this.byTopic.clear();
  }

  private all(): ReadonlySet<SocketSubscription> {
    return new Set(this.byTopic.values());
  }

  private checkCount(topics: readonly string[]): void {
    const { topicsPerConnection } = this.services.options.limits;
    const { size } = new Set([...this.byTopic.keys(), ...topics]);
    if (size <= topicsPerConnection) return;
    throw new RealtimeError('too-many-topics', `At most ${topicsPerConnection} topics on one connection.`);
  }

  /** Looks whether the log still has everything after `since`. */
  private async begin(topics: readonly string[], since: Since | undefined): Promise<Beginning> {
    const { reset, cursor } = await this.services.engine.read(topics, {
      since: since ?? 'latest',
      limit: 1,
      maxBytes: 1,
    });
    if (reset) return { cursor, since: cursor, recovered: false, reset: reset.reason };
    if (since === undefined) return { cursor, since: cursor, recovered: false };
    // Whoever loses the connection before the first event must not come back later than `earliest`.
    const told = since instanceof Position ? since : new Position(cursor.epoch, 0, 0);
    return { cursor: told, since, recovered: true };
  }

  /** State by topic, as JSON; undefined where no policy has any. */
  private async states(topics: readonly string[]): Promise<string | undefined> {
    const load = this.services.policies.snapshots(this.session.principal, topics);
    return load && JSON.stringify(await load());
  }

  private snapshot(states: string | undefined, cursor: Position): void {
    if (states) this.output.write(encodePacket('snapshot', `{"cursor":"${cursor}","states":${states}}`));
  }
}
