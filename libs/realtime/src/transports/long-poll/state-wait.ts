import type { Position } from 'nestjs-realtime-protocol';
import type { Connection, Connections } from '../connections.js';
import { isKnown } from '../etag.js';
import type { HttpExchange } from '../http-exchange.js';
import { retryAfter } from '../../timing/jitter.js';
import { answerHeaders } from '../log-answer.js';
import type { State } from '../state.js';
import type { StateView, StateWatch } from '../state-watch.js';
import type { Deadline, TimerWheel } from '../../timing/timer-wheel.js';

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

  /** @returns what Nest is to send, unless this has answered itself */
  async begin(open: (view: StateView) => StateWatch, since: Position, waitMs: number): Promise<unknown> {
    this.since = since;
    const state = await this.load(since);
    if (this.exchange.isGone) return void this.exchange.take();
    if (state && this.isNew(state)) return this.answer(state, since);
    if (waitMs === 0) return this.unchanged(since);

    this.connections.addPoll(this);
    this.watch = open(this);
    this.deadlines.set(this, waitMs);
    this.exchange.onGone(() => this.destroy());
    const ended = new Promise((resolve, reject) => {
      this.done = resolve;
      this.failed = reject;
    });
    this.watch.start(since);
    return ended;
  }

  async load(cursor: Position): Promise<State | undefined> {
    this.state = await this.loader(cursor);
    return this.state;
  }

  show(state: State, cursor: Position): void {
    if (!this.isNew(state)) return;
    this.close();
    this.done(this.answer(state, cursor));
  }

  fail(error: unknown): void {
    this.close();
    this.failed(error);
  }

  due(): void {
    this.close();
    this.unchanged(this.watch.cursor ?? this.since);
    this.done(undefined);
  }

  drain(retryMs: number): void {
    this.exchange.closeAfterwards();
    this.exchange.setHeaders({ 'Retry-After': retryAfter(retryMs) });
    this.due();
  }

  destroy(): void {
    this.close();
    this.exchange.take();
    this.done(undefined);
  }

  private isNew({ etag }: State): boolean {
    return !isKnown(this.exchange.header('if-none-match'), etag);
  }

  private answer(state: State, cursor: Position): unknown {
    this.exchange.setHeaders({ ...answerHeaders(this.exchange, cursor), ETag: state.etag });
    return state.value;
  }

  private unchanged(cursor: Position): void {
    const headers = answerHeaders(this.exchange, cursor);
    if (this.state) this.exchange.end(304, { ...headers, ETag: this.state.etag });
    else this.exchange.end(202, headers);
  }

  private close(): void {
    this.watch.close();
    this.deadlines.clear(this);
    this.connections.removePoll(this);
  }
}
