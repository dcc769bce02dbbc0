import type { Position } from 'nestjs-realtime-protocol';
import type { Deadline, TimerWheel } from '../../timing/timer-wheel.js';
import { answerHeaders } from '../answer-headers.js';
import type { Connection, Connections } from '../connections.js';
import { isKnown } from '../etag.js';
import type { HttpExchange } from '../http-exchange.js';
import type { State } from '../state.js';
import type { StateView, StateWatch } from '../state-watch.js';

/** Computes the state as of `cursor` or later; undefined is not ready. */
export type StateLoader = (cursor: Position) => Promise<State | undefined>;

/** One long poll in state mode that waits until the state differs from what the client has. */
export class StateWait implements StateView, Connection, Deadline {
  private watch!: StateWatch;
  private state: State | undefined;
  private since!: Position;
  private done!: (value: unknown) => void;
  private failed!: (error: unknown) => void;

  constructor(
    private readonly exchange: HttpExchange,
    private readonly loader: StateLoader,
    private readonly connections: Connections,
    private readonly deadlines: TimerWheel,
  ) {}

  /** @returns the state, for Nest to send, unless the exchange was answered otherwise */
  async begin(open: (view: StateView) => StateWatch, since: Position, waitMs: number): Promise<unknown> {
    this.since = since;
    const state = await this.load(since);
    if (this.exchange.isGone) return undefined;
    if (state && this.isNew(state)) return this.answer(state, since);
    if (waitMs === 0) return this.unchanged(since);

    this.exchange.hold();
    this.connections.addPoll(this);
    this.watch = open(this);
    const ended = new Promise((resolve, reject) => {
      this.done = resolve;
      this.failed = reject;
    });
    this.deadlines.set(this, waitMs);
    this.exchange.onGone(() => this.destroy());
    this.watch.start(since);
    return ended;
  }

  async load(cursor: Position): Promise<State | undefined> {
    this.state = await this.loader(cursor);
    return this.state;
  }

  show(state: State, cursor: Position): boolean {
    if (!this.isNew(state)) return true;
    this.close();
    this.done(this.answer(state, cursor));
    return false;
  }

  fail(error: unknown): void {
    this.close();
    this.failed(error);
  }

  due(): void {
    this.nothing();
  }

  drain(retryMs: number): void {
    this.exchange.closeAfterwards();
    this.nothing(retryMs);
  }

  destroy(): void {
    this.close();
    this.done(undefined);
  }

  private isNew({ etag }: State): boolean {
    return !isKnown(this.exchange.header('if-none-match'), etag);
  }

  private answer({ etag, value }: State, cursor: Position): unknown {
    this.exchange.carry(() => ({ ...answerHeaders(this.exchange, cursor), ETag: etag }));
    return value;
  }

  private nothing(retryMs?: number): void {
    this.close();
    this.unchanged(this.watch.cursor ?? this.since, retryMs);
    this.done(undefined);
  }

  private unchanged(cursor: Position, retryMs?: number): void {
    const { state } = this;
    this.exchange.end(state ? 304 : 202, () => ({
      ...answerHeaders(this.exchange, cursor, retryMs),
      ...(state && { ETag: state.etag }),
    }));
  }

  private close(): void {
    this.watch.close();
    this.deadlines.clear(this);
    this.connections.removePoll(this);
  }
}
