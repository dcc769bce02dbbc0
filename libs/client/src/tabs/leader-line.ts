import type { PublishMessage } from 'nestjs-realtime-protocol';
import { RealtimeClientError } from '../client.error.js';
import type { Follower } from '../follower.js';
import type { Followers } from '../followers.js';
import { Rerun } from '../rerun.js';
import type { Line } from '../transports/line.js';
import { type Group, inboxOf } from './group.js';
import { errorFrom, type ToLeader, type ToTab } from './messages.js';
import type { Channel } from './platform.js';

interface Call {
  resolve(value: string | void): void;
  reject(error: RealtimeClientError): void;
}

type Said = ToLeader extends infer Message ? (Message extends unknown ? Omit<Message, 'tab'> : never) : never;

/** A tab's line to its leader, for one term. */
export class LeaderLine implements Pick<Line, 'publish' | 'renew'> {
  private readonly outbox: Channel;
  private readonly inbox: Channel;
  private needs = new Map<number, Follower>();
  private readonly calls = new Map<number, Call>();
  private lastId = 0;
  private readonly announcing = new Rerun(async () => this.need());
  private isClosed = false;

  /**
   * @param heard called whenever the leader says something
   * @param tooMany called when the server follows no more topics on the leader's connection
   */
  constructor(
    group: Group,
    readonly term: number,
    private readonly tab: string,
    private readonly followers: Followers,
    private readonly heard: () => void,
    private readonly tooMany: () => void,
  ) {
    const { channel } = group.platform;
    this.inbox = channel(inboxOf(group, term, tab), (said) => {
      this.heard();
      for (const message of said as ToTab[]) this.hear(message);
    });
    this.outbox = channel(inboxOf(group, term));
    followers.uncover();
    this.announce();
  }

  /** Tells the leader what this tab needs, soon. */
  announce(): void {
    this.announcing.request();
  }

  back(): void {
    this.say({ kind: 'back' });
  }

  async publish(message: PublishMessage): Promise<string> {
    const json = JSON.stringify(message);
    return (await this.call((call) => ({ kind: 'publish', call, message: json }))) as string;
  }

  async renew(): Promise<void> {
    await this.call((call) => ({ kind: 'renew', call }));
  }

  close(): void {
    this.isClosed = true;
    this.inbox.close();
    this.outbox.close();
    const error = new RealtimeClientError('network', 'The tab that held the connection is gone.');
    for (const { reject } of this.calls.values()) reject(error);
  }

  private need(): void {
    if (this.isClosed) return;
    const active = this.followers.active();
    const kept = [...this.needs].filter(([, follower]) => follower.isCovered && active.includes(follower));
    this.needs = new Map(kept);
    for (const follower of active) {
      if (follower.isCovered) continue;
      follower.isCovered = true;
      this.needs.set(++this.lastId, follower);
    }
    const needs = [...this.needs].map(([id, follower]) => {
      return { id, topics: [...follower.topics], since: follower.cursor };
    });
    this.say({ kind: 'need', needs });
  }

  private call(said: (id: number) => Said): Promise<string | void> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.calls.set(id, { resolve, reject });
      this.say(said(id));
    });
  }

  private say(said: Said): void {
    this.outbox.say({ tab: this.tab, ...said });
  }

  private hear(message: ToTab): void {
    switch (message.kind) {
      case 'told':
        return this.tell(message);
      case 'refused':
        return this.refuse(message);
      case 'answer':
        this.calls.get(message.call)?.resolve(message.value);
        break;
      case 'failure':
        this.calls.get(message.call)?.reject(errorFrom(message.error));
    }
    this.calls.delete(message.call);
  }

  private tell({ id, cursor, told }: ToTab & { kind: 'told' }): void {
    const follower = this.needs.get(id);
    if (!follower) return;
    switch (told?.kind) {
      case 'event':
        return follower.event(told.event);
      case 'snapshot':
        return follower.snapshot(cursor!, told.states);
      case 'reset':
        return follower.reset(told.reason, cursor);
      case undefined:
        follower.moved(cursor!);
    }
  }

  private refuse({ id, error }: ToTab & { kind: 'refused' }): void {
    const follower = this.needs.get(id);
    if (!follower) return;
    if (error.code === 'too-many-topics') this.tooMany();
    else this.followers.end(follower, errorFrom(error));
  }
}
