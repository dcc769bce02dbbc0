import { RealtimeClientError } from './client.error.js';
import type { ClientState } from './client-state.js';
import type { Note } from './environment.js';
import type { Followers } from './followers.js';
import { Link, type LinkObserver, type Way } from './link.js';
import { jittered, type Timing } from './timing.js';
import type { Line, LineEnd } from './transports/line.js';

/** Keeps a line open: by the best transport that works, by a worse one if need be, and back again. */
export class Connector implements LinkObserver {
  private link: Link | undefined;
  /** A better transport on trial, beside `link`. */
  private trial: Link | undefined;
  /** Of `ways`: the one in use, or to be tried next. */
  private index: number;
  /** How often all ways failed, one after the other. */
  private rounds = 0;
  /** How often the way in use ended soon after it had begun to work. */
  private falters = 0;
  private climbs = 0;
  private retryTimer: Timer;
  private climbTimer: Timer;
  private refollowing = false;
  private changedMeanwhile = false;
  private isAway = false;
  private isClosed = false;

  constructor(
    private readonly ways: Way[],
    private readonly followers: Followers,
    private readonly note: Note,
    private readonly timing: Timing,
    private readonly tell: (state: ClientState) => void,
  ) {
    this.index = Math.max(
      0,
      ways.findIndex(({ name }) => name === note.read()),
    );
  }

  /** The line that works, if one does. */
  get line(): Line | undefined {
    return this.link?.liveAt === undefined ? undefined : this.link.line;
  }

  /** What is to be followed has changed. */
  changed(): void {
    if (this.isClosed || this.isAway) return;
    if (this.followers.isEmpty) this.rest('idle');
    else if (this.link) void this.refollow();
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
    this.rounds = 0;
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
      this.index = this.ways.indexOf(link.way);
      this.falters = 0;
    }
    if (link !== this.link) return;
    this.rounds = 0;
    this.climbs = 0;
    this.note.write(link.way.name);
    this.tell({ name: 'live', transport: link.way.name });
    this.planClimb();
  }

  refused(link: Link, error: RealtimeClientError): void {
    if (link === this.trial) return this.ended(link, { error });
    if (link !== this.link) return;
    // Whoever is refused is gone then, and the others are followed anew.
    void this.followers.refuse(link.line, error);
  }

  ended(link: Link, end: LineEnd): void {
    link.close();
    if (link === this.trial) this.tryNext(this.ways.indexOf(link.way) + 1);
    if (link !== this.link) return;
    this.drop();
    const { error, retryMs = error?.retryAfterMs ?? 0 } = end;
    const waitMs = Math.max(this.turnFrom(link, end), retryMs);
    this.tell({
      name: 'offline',
      reason: error?.message ?? 'closing',
      retryMs: waitMs,
      ...(error && { error }),
    });
    this.retryTimer = setTimeout(() => this.start(), waitMs);
  }

  private start(): void {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    const way = this.ways[this.index];
    if (!way || this.followers.isEmpty) return;
    this.tell({ name: 'connecting', transport: way.name });
    this.link = new Link(way, this.followers, this);
    void this.refollow();
  }

  /** Lets the lines read what is to be followed. Changes that come together are one. */
  private async refollow(): Promise<void> {
    this.changedMeanwhile = true;
    if (this.refollowing) return;
    this.refollowing = true;
    while (this.changedMeanwhile) {
      await undefined;
      this.changedMeanwhile = false;
      if (this.link) await this.followWith(this.link);
    }
    this.refollowing = false;
  }

  private async followWith(link: Link): Promise<void> {
    try {
      await this.followers.place(link.line);
      if (link !== this.link || this.changedMeanwhile) return;
      this.followers.follow(this.trial ? [link.line, this.trial.line] : [link.line]);
    } catch (thrown) {
      const error = RealtimeClientError.from(thrown);
      if (error.isRefusal) this.refused(link, error);
      else this.ended(link, { error });
    }
  }

  /** Chooses the way to try next. @returns how long to wait before, in milliseconds */
  private turnFrom({ liveAt, way }: Link, { error, retryMs }: LineEnd): number {
    const { steadyMs, backoffMs, maxBackoffMs } = this.timing;
    if (error?.code === 'unavailable') return this.remove(way);
    const backoff = () => jittered(Math.min(maxBackoffMs, backoffMs * 2 ** this.rounds++));
    if (error?.wantsCredentials) return backoff();
    if (liveAt !== undefined) {
      const isSteady = retryMs !== undefined || Date.now() - liveAt >= steadyMs;
      this.falters = isSteady ? 0 : this.falters + 1;
      if (this.falters < 2) return jittered(backoffMs);
    }
    this.falters = 0;
    this.index = (this.index + 1) % this.ways.length;
    return this.index === 0 ? backoff() : 0;
  }

  /** It can never work here. */
  private remove(way: Way): number {
    this.ways.splice(this.ways.indexOf(way), 1);
    if (!this.ways[this.index]) this.index = 0;
    return 0;
  }

  private planClimb(): void {
    clearTimeout(this.climbTimer);
    if (this.index === 0) return;
    const ms = this.timing.climbMs * 2 ** Math.min(this.climbs++, 5);
    this.climbTimer = setTimeout(() => this.tryNext(0), ms / 2 + jittered(ms));
  }

  private tryNext(index: number): void {
    this.trial = undefined;
    if (index >= this.index) return this.planClimb();
    this.trial = new Link(this.ways[index]!, this.followers, this);
    // A change that is under way reaches it anyhow.
    if (!this.refollowing) this.followers.follow([this.trial.line]);
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

type Timer = ReturnType<typeof setTimeout> | undefined;
