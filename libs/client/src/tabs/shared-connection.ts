import type { ClientState } from '../client-state.js';
import type { Connect, Connection } from '../connection.js';
import type { Followers } from '../followers.js';
import type { Line } from '../transports/line.js';
import type { Group } from './group.js';
import type { Membership } from './membership.js';

const IDLE: ClientState = { name: 'offline', reason: 'idle' };
const HIDDEN: ClientState = { name: 'offline', reason: 'hidden' };
const CONNECTING: ClientState = { name: 'connecting' };

/**
 * A connection that the tabs of a group have together: one of them, the leader, holds it for all. Tabs that nobody
 * looks at neither lead nor are told anything.
 */
export class SharedConnection implements Connection {
  private entrance: ReturnType<typeof this.open> | undefined;
  /** From when it enters until it leaves. */
  private stay: object | undefined;
  private membership: Membership | undefined;
  /** This tab's own, where it cannot share one. */
  private own: Connection | undefined;
  private leaderState = CONNECTING;
  private shown = IDLE;
  private isAway = false;
  private isClosed = false;

  constructor(
    private readonly group: () => Promise<Group>,
    private readonly connect: Connect,
    private readonly followers: Followers,
    private readonly tell: (state: ClientState) => void,
  ) {}

  get line(): Pick<Line, 'publish' | 'renew'> | undefined {
    return (this.own ?? this.membership)?.line;
  }

  changed(): void {
    if (this.own) return this.own.changed();
    if (this.isAway || this.isClosed) return;
    if (this.stay) this.membership?.line?.announce();
    else if (!this.followers.isEmpty) this.enter();
    this.show();
  }

  away(): void {
    if (this.own) return this.own.away();
    this.isAway = true;
    this.leave();
    this.show();
  }

  back(): void {
    if (this.own) return this.own.back();
    this.isAway = false;
    this.membership?.line?.back();
    this.changed();
  }

  close(): void {
    this.isClosed = true;
    this.leave();
    if (this.own) this.own.close();
    else this.tell({ name: 'closed' });
  }

  private enter(): void {
    const stay = {};
    this.stay = stay;
    const failed = () => stay === this.stay && this.goAlone();
    const state = (state: ClientState) => {
      this.leaderState = state;
      this.show();
    };
    // Once only: who the user is does not change, tokens do.
    this.entrance ??= this.open();
    const entered = this.entrance.then(([group, { Membership }]) => {
      if (stay === this.stay) this.membership = new Membership(group, this.followers, { state, failed });
    });
    entered.catch(failed);
  }

  /** What is not needed by who connects alone is loaded when it is. */
  private open() {
    return Promise.all([this.group(), import('./membership.js')]);
  }

  private leave(): void {
    this.stay = undefined;
    this.membership?.leave();
    this.membership = undefined;
    this.leaderState = CONNECTING;
  }

  private goAlone(): void {
    this.leave();
    this.own = this.connect(this.followers, this.tell);
    this.own.changed();
  }

  private show(): void {
    if (this.own || this.isClosed) return;
    const state = this.followers.isEmpty ? IDLE : this.isAway ? HIDDEN : this.leaderState;
    if (JSON.stringify(state) === JSON.stringify(this.shown)) return;
    this.shown = state;
    this.tell(state);
  }
}
