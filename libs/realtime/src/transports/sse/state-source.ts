import { Logger } from '@nestjs/common';
import { DEFAULT_TYPE, type Position } from 'nestjs-realtime-protocol';
import type { State } from '../state.js';
import type { StateView, StateWatch } from '../state-watch.js';
import { sseFrame } from './sse-encoding.js';
import type { SseSource, SseStream } from './sse-stream.js';

const logger = new Logger('Realtime');

/** State mode: the state, and again whenever it differs. A client that is behind gets only the latest. */
export class StateSource implements SseSource, StateView {
  private readonly watch: StateWatch;
  private shown: string | undefined;
  private waiting: { state: State; cursor: Position } | undefined;
  private full = false;

  constructor(
    private readonly stream: SseStream,
    private readonly name: string,
    readonly load: (cursor: Position) => Promise<State | undefined>,
    open: (view: StateView) => StateWatch,
  ) {
    this.watch = open(this);
    stream.attach(this);
  }

  get cursor(): Position | undefined {
    return this.watch.cursor;
  }

  /** Shows `state`, as of `since`, and looks again when something happens after it. */
  start(state: State | undefined, since: Position): void {
    if (state) this.show(state, since);
    this.watch.start(since);
  }

  show(state: State, cursor: Position): void {
    if (this.full) {
      this.waiting = { state, cursor };
      return;
    }
    if (state.etag === this.shown) return;
    this.shown = state.etag;
    this.full = !this.stream.text(sseFrame(DEFAULT_TYPE, cursor, JSON.stringify(state.value)));
  }

  fail(error: unknown): void {
    logger.error(`A stream of ${this.name} ended, for its state could not be computed.`, error);
    this.stream.end();
  }

  drained(): void {
    this.full = false;
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) this.show(waiting.state, waiting.cursor);
  }

  close(): void {
    this.watch.close();
  }
}
