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
    this.watch.start(since, state);
  }

  show({ etag, value }: State, cursor: Position): boolean {
    if (etag === this.shown) return true;
    this.shown = etag;
    return this.stream.text(sseFrame(DEFAULT_TYPE, cursor, JSON.stringify(value)));
  }

  fail(error: unknown): void {
    logger.error(`A stream of ${this.name} ended, for its state could not be computed.`, error);
    this.stream.end();
  }

  drained(): void {
    this.watch.resume();
  }

  close(): void {
    this.watch.close();
  }
}
