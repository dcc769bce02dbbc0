import { RealtimeClientError } from './client.error.js';
import type { ClientState } from './client-state.js';
import type { Connection } from './connection.js';
import type { Note } from './environment.js';
import type { Followers } from './followers.js';
import { Ladder } from './ladder.js';
import { Link, type LinkObserver, type Way } from './link.js';
import { Rerun } from './rerun.js';
import type { Timing } from './timing.js';
import type { Line, LineEnd } from './transports/line.js';

/** Keeps a line open: by the best transport that works, by a worse one if need be, and back again. */
export class Connector implements Connection, LinkObserver {
  private readonly ladder: Ladder;
  private link: Link | undefined;
  /** A better transport on trial, beside `link`, and those to try after it. */
  private trial: Link | undefined;
  private untried: readonly Way[] = [];
  /** The link whose refusal is being looked into. */
  private examined: Link | undefined;
  /** Why a better transport is not in use. */
  private left: Pick<ClientState, 'reason' | 'error'> = {};
  /** The server does not want to be asked before, in milliseconds since the epoch. */
  private notBefore = 0;
  private retryTimer: Timer;
  private climbTimer: Timer;
  /** Lets the lines read what is to be followed. */
  private readonly refollowing = new Rerun(() => this.refollow());
  private isAway = false;
  private isClosed = false;

  constructor(
    ways: Way[],
    private readonly followers: Followers,
    note: Note,
    private readonly timing: Timing,
    private readonly tell: (state: ClientState) => void,
  ) {
    this.ladder = new Ladder(ways, note, timing);
  }

  /** The line that works, if one does. */
  get line(): Line | undefined {
    return this.link?.liveAt === undefined ? undefined : this.link.line;
  }

  /** What is to be followed has changed. */
  changed(): void {
    if (this.isClosed || this.isAway) return;
    if (this.link) this.refollowing.request();
    else if (this.followers.isEmpty) this.rest('idle');
    else if (this.retryTimer === undefined) this.start();
  }

  /** Nobody looks: costs nothing until `back`. */
  away(): void {
    if (this.isClosed || this.isAway) return;
    this.isAway = true;
    this.rest('hidden');
  }

  /** Somebody looks again, or the network may be back: no time to lose. */
  back(): void {
    this.isAway = false;
    if (this.isClosed || this.followers.isEmpty) return;
    const { link } = this;
    if (link && Date.now() - link.heardAt < this.timing.staleMs) return;
    this.ladder.encourage();
    this.drop();
    this.start();
  }

  close(): void {
    this.isClosed = true;
    this.drop();
    this.tell({ name: 'closed' });
  }

  opened(link: Link): void {
    this.followers.accept();
    if (link === this.link && link.liveAt === undefined) {
      this.tell({ name: 'catching-up', transport: link.way.name });
    }
  }

  live(link: Link): void {
    if (link === this.trial) {
      this.link?.close();
      this.link = link;
      this.trial = undefined;
    }
    if (link !== this.link) return;
    this.ladder.works(link.way);
    if (this.ladder.better.length === 0) this.left = {};
    this.tell({ name: 'live', transport: link.way.name, ...this.left });
    this.planClimb();
  }

  refused(link: Link, error: RealtimeClientError): void {
    if (link === this.trial) return this.ended(link, { error });
    // What is looked into is followed anew then, and may be refused again.
    if (link === this.link && link !== this.examined) void this.examine(link, error);
  }

  ended(link: Link, end: LineEnd): void {
    link.close();
    if (link === this.trial) this.trialEnded(link, end);
    if (link !== this.link) return;
    this.drop();
    const { error, retryMs = error?.retryAfterMs ?? 0 } = end;
    const waitMs = Math.max(this.turnFrom(link, end), retryMs);
    this.notBefore = Date.now() + retryMs;
    const why = whyOf(end);
    if (this.ladder.current !== link.way) this.left = why;
    if (!this.ladder.current) return this.tell({ name: 'offline', ...why });
    if (waitMs === 0) return this.start();
    this.tell({ name: 'offline', ...why, retryMs: waitMs });
    this.retryTimer = setTimeout(() => this.start(), waitMs);
  }

  private start(): void {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    const way = this.ladder.current;
    if (!way || this.followers.isEmpty) return;
    const waitMs = this.notBefore - Date.now();
    if (waitMs > 0) {
      this.retryTimer = setTimeout(() => this.start(), waitMs);
      return;
    }
    this.tell({ name: 'connecting', transport: way.name, ...this.left });
    this.link = new Link(way, this.followers, this);
    this.refollowing.request();
  }

  private async refollow(): Promise<void> {
    if (this.followers.isEmpty) this.rest('idle');
    if (this.link) await this.followWith(this.link);
  }

  private async followWith(link: Link): Promise<void> {
    try {
      await this.followers.place(link.line);
      if (link !== this.link || this.refollowing.isDue) return;
      this.followers.follow(this.trial ? [link.line, this.trial.line] : [link.line]);
    } catch (thrown) {
      const error = RealtimeClientError.from(thrown);
      if (error.isRefusal) this.refused(link, error);
      else this.ended(link, { error });
    }
  }

  /** Whoever is refused is gone then, and the others are followed anew. */
  private async examine(link: Link, error: RealtimeClientError): Promise<void> {
    this.examined = link;
    try {
      await this.followers.refuse(link.line, error);
    } catch (thrown) {
      this.ended(link, { error: RealtimeClientError.from(thrown) });
    }
    if (this.examined === link) this.examined = undefined;
    this.changed();
  }

  /** Chooses the way to try next. @returns how long to wait before, in milliseconds */
  private turnFrom({ liveAt, way }: Link, end: LineEnd): number {
    if (end.error?.code !== 'unavailable') {
      return this.ladder.leave(liveAt === undefined ? undefined : Date.now() - liveAt, end);
    }
    this.ladder.remove(way);
    return 0;
  }

  private planClimb(): void {
    clearTimeout(this.climbTimer);
    if (this.ladder.better.length === 0) return;
    this.climbTimer = setTimeout(() => this.climb(this.ladder.better), this.ladder.climbMs);
  }

  private climb([way, ...others]: readonly Way[]): void {
    this.untried = others;
    this.trial = way && new Link(way, this.followers, this);
    if (!this.trial) return this.planClimb();
    if (this.refollowing.isRunning) this.refollowing.request();
    else this.followers.follow([this.trial.line]);
  }

  private trialEnded({ way }: Link, end: LineEnd): void {
    if (end.error?.code === 'unavailable') this.ladder.remove(way);
    else this.left = whyOf(end);
    if (this.untried.length === 0) this.ladder.climbFailed();
    this.climb(this.untried);
  }

  private rest(reason: string): void {
    if (!this.link && this.retryTimer === undefined) return;
    this.drop();
    this.tell({ name: 'offline', reason });
  }

  private drop(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.climbTimer);
    this.retryTimer = undefined;
    this.link?.close();
    this.trial?.close();
    this.link = this.trial = undefined;
  }
}

function whyOf({ error }: LineEnd): Pick<ClientState, 'reason' | 'error'> {
  return { reason: error?.message ?? 'closing', ...(error && { error }) };
}

type Timer = ReturnType<typeof setTimeout> | undefined;
