import type { PublishMessage } from 'nestjs-realtime-protocol';
import type { ClientState } from '../client-state.js';
import { RealtimeClientError } from '../client.error.js';
import type { Connection } from '../connection.js';
import { Followers } from '../followers.js';
import { type Group, inboxOf, presenceOf } from './group.js';
import { HeldLock } from './held-lock.js';
import { plainError, plainState, type ToAll, type ToLeader } from './messages.js';
import type { Channel } from './platform.js';
import { Seat } from './seat.js';

const CONNECTING: ClientState = { name: 'connecting' };

/** Tabs that come over from another leader are waited for so long: then one request serves them all. */
const GATHER_MS = 50;

/** Holds the connection for all tabs of a group, its own among them, and tells each what it needs. */
export class Leader {
  private readonly followers: Followers = new Followers(() => this.changed());
  private readonly connection: Connection;
  private readonly all: Channel;
  private readonly inbox: Channel;
  private readonly seats = new Map<string, Seat>();
  private readonly over = new AbortController();
  private state = CONNECTING;
  private isGathering: boolean;

  /**
   * @param term later than that of any leader before
   * @param follows whether there was one, whose tabs are about to say what they need
   */
  constructor(
    private readonly group: Group,
    readonly term: number,
    follows: boolean,
  ) {
    const { channel } = group.platform;
    this.connection = group.connect(this.followers, (state) => this.tell(state));
    this.inbox = channel(inboxOf(group, term), (said) => this.hear(said as ToLeader));
    this.all = channel(group.name, (said) => (said as ToAll).kind === 'seek' && this.lead());
    this.lead();
    this.isGathering = follows;
    if (follows) setTimeout(() => this.start(), GATHER_MS);
  }

  close(): void {
    if (this.over.signal.aborted) return;
    this.over.abort(new RealtimeClientError('closed', 'This tab is not the leader any more.'));
    this.connection.close();
    for (const seat of this.seats.values()) seat.leave();
    this.inbox.close();
    this.all.close();
  }

  private start(): void {
    this.isGathering = false;
    this.connection.changed();
  }

  private changed(): void {
    if (!this.isGathering) this.connection.changed();
  }

  private lead(): void {
    const message: ToAll = { kind: 'lead', term: this.term, state: plainState(this.state) };
    this.all.say(message);
  }

  private tell(state: ClientState): void {
    if (this.over.signal.aborted) return;
    // Tabs that need something know better.
    this.state = state.reason === 'idle' ? CONNECTING : state;
    this.lead();
  }

  private hear(message: ToLeader): void {
    const seat = this.seats.get(message.tab) ?? this.seat(message.tab);
    switch (message.kind) {
      case 'need':
        return seat.need(message.needs);
      case 'back':
        return this.connection.back();
      case 'publish':
        return this.answer(seat, message.call, () => this.publish(message.message));
      case 'renew':
        return this.answer(seat, message.call, async () => this.connection.line?.renew());
    }
  }

  private seat(tab: string): Seat {
    const { locks, channel } = this.group.platform;
    const presence = new HeldLock(locks, presenceOf(this.group, tab), () => {
      this.seats.delete(tab);
      seat.leave();
    });
    presence.over.catch(() => undefined);
    const seat = new Seat(channel(inboxOf(this.group, this.term, tab)), this.followers, presence);
    this.seats.set(tab, seat);
    return seat;
  }

  private publish(json: string): Promise<string> {
    const message = JSON.parse(json) as PublishMessage;
    return (this.connection.line ?? this.group.hub).publish(message, this.over.signal);
  }

  private answer(seat: Seat, call: number, act: () => Promise<string | void>): void {
    act().then(
      (value) => seat.say({ kind: 'answer', call, value }),
      (thrown: unknown) => seat.say({ kind: 'failure', call, error: plainError(thrown) }),
    );
  }
}
