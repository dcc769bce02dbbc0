import { Logger } from '@nestjs/common';
import type { Position } from 'nestjs-realtime-protocol';
import type { RealtimeEngine } from '../engines/engine.interface.js';
import type { Consumer } from './consumer.js';

/** How often the journal is told how far all consumers are. */
const TICK_MS = 250;
/** After so many ticks it is told again what it knows: since then more has become old enough to go. */
const TICKS_PER_REPEAT = 8;
/** After so many ticks consumers write down how far they got without events of their own. */
const TICKS_PER_NOTE = 40;

/** Tells the journal, now and then, what no consumer needs any more. */
export class Upkeep {
  private readonly logger = new Logger('Realtime');
  private timer: NodeJS.Timeout | undefined;
  private ticks = 0;
  private released: Position | undefined;
  private releasing: Promise<void> | undefined;
  private failing = false;

  constructor(
    private readonly engine: RealtimeEngine,
    private readonly consumers: () => readonly Consumer[],
  ) {}

  start(): void {
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.timer.unref();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.releasing;
  }

  private tick(): void {
    this.ticks++;
    // Some at each tick: all of a thousand at once would hold up everything else.
    for (const [index, consumer] of this.consumers().entries()) {
      if ((this.ticks + index) % TICKS_PER_NOTE === 0) consumer.noteSkipped();
    }
    this.releasing ??= this.release().finally(() => (this.releasing = undefined));
  }

  private async release(): Promise<void> {
    try {
      const slowest = this.slowest();
      const position = slowest?.cursor ?? (await this.engine.head());
      if (this.knows(position) && this.ticks % TICKS_PER_REPEAT !== 0) return;
      await this.engine.journal.release(position, slowest && describe(slowest));
      this.released = position;
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.error('The journal cannot be trimmed.', error);
      this.failing = true;
    }
  }

  private knows(position: Position): boolean {
    const { released } = this;
    return released !== undefined && !released.isAfter(position) && !position.isAfter(released);
  }

  private slowest(): Consumer | undefined {
    const cursors = this.consumers().map((consumer) => ({ consumer, cursor: consumer.cursor }));
    return cursors.reduce((a, b) => (a.cursor.isAfter(b.cursor) ? b : a), cursors[0]!)?.consumer;
  }
}

function describe({ name, state }: Consumer): string {
  if (state === 'running') return `"${name}"`;
  return state === 'paused' ? `"${name}", which is paused` : `"${name}", whose target is down`;
}
