import type { ClientState } from '../client-state.js';
import type { Followers } from '../followers.js';
import { randomKey } from '../keys.js';
import { Candidate } from './candidate.js';
import { type Group, presenceOf } from './group.js';
import { HeldLock } from './held-lock.js';
import { LeaderLine } from './leader-line.js';
import { stateFrom, type ToAll } from './messages.js';
import type { Channel } from './platform.js';

/** So often a tab looks whether it has heard its leader. */
const LOOK_MS = 1_000;
/** So many looks without a word from the leader, and the tab asks for one; so many, and it leads itself. */
const ASK_AFTER = 2;
const STEAL_AFTER = 4;

export interface MemberObserver {
  /** How the leader is connected. */
  state(state: ClientState): void;
  /** This tab had better connect by itself. */
  failed(): void;
}

/** A tab among those of its group, from when it enters until it leaves. Meanwhile it stands for election. */
export class Membership {
  /** To the leader, once there is one. */
  line: LeaderLine | undefined;
  private readonly tab = randomKey();
  private readonly all: Channel;
  private readonly presence: HeldLock;
  private candidate: Candidate | undefined;
  private silentLooks = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private hasLeft = false;

  constructor(
    private readonly group: Group,
    private readonly followers: Followers,
    private readonly observer: MemberObserver,
  ) {
    const { channel, locks } = group.platform;
    this.all = channel(group.name, (said) => this.hear(said as ToAll));
    this.presence = new HeldLock(locks, presenceOf(group, this.tab), () => this.stand());
    this.presence.over.catch(() => this.hasLeft || observer.failed());
  }

  leave(): void {
    this.hasLeft = true;
    clearTimeout(this.timer);
    this.candidate?.withdraw();
    this.line?.close();
    this.all.close();
    this.presence.release();
  }

  private stand(): void {
    this.candidate = new Candidate(this.group, () => this.line?.term ?? 0);
    this.say({ kind: 'seek' });
    this.plan();
  }

  private hear(message: ToAll): void {
    if (message.kind === 'seek') return;
    const { term, state } = message;
    const before = this.line?.term ?? 0;
    // A leader that slept while another took its place does not know yet.
    if (term < before) return;
    this.silentLooks = 0;
    if (term > before) this.follow(term);
    this.observer.state({
      ...stateFrom(state),
      heldBy: this.candidate?.term === term ? 'this-tab' : 'another-tab',
    });
  }

  private follow(term: number): void {
    this.line?.close();
    const { group, tab, followers, observer } = this;
    const heard = () => (this.silentLooks = 0);
    this.line = new LeaderLine(group, term, tab, followers, heard, () => observer.failed());
  }

  private plan(): void {
    // Tabs that look at the same time would all want to lead.
    this.timer = setTimeout(() => this.look(), LOOK_MS * (1 + Math.random() / 2));
  }

  private look(): void {
    this.plan();
    if (this.candidate?.term !== undefined || this.followers.isEmpty) return;
    this.silentLooks++;
    if (this.silentLooks === ASK_AFTER) this.say({ kind: 'seek' });
    if (this.silentLooks < STEAL_AFTER) return;
    this.silentLooks = 0;
    this.candidate?.steal();
  }

  private say(message: ToAll): void {
    this.all.say(message);
  }
}
