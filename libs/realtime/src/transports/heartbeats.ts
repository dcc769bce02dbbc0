import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Feeds } from '../bus/feeds.js';
import { REALTIME_OPTIONS, type ResolvedOptions } from '../realtime.options.js';

/** Something that must not stay silent for long. */
export interface Beating {
  /** Called once per heartbeat interval. */
  beat(): void;
  /** Ends it at once, for a heartbeat has failed. */
  destroy(): void;
}

/** Connections are spread over this many turns of an interval, so that they do not all beat at once. */
const SLOTS = 15;

/**
 * The heartbeat of all connections, on one timer. Once per interval, before connections beat, the feeds are moved
 * to the head of the log, so that a beat can tell quiet readers how far they have read; it does not wait for that.
 */
@Injectable()
export class Heartbeats implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Realtime');
  private readonly slots = Array.from({ length: SLOTS }, () => new Set<Beating>());
  private timer: NodeJS.Timeout | undefined;
  private slot = 0;
  private advancing = false;

  constructor(
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly feeds: Feeds,
  ) {}

  /** How many connections beat. */
  get size(): number {
    return this.slots.reduce((sum, { size }) => sum + size, 0);
  }

  /** Has `beating.beat` called every interval. Returns the slot to remove it from. */
  add(beating: Beating): number {
    // The slot whose turn was last: its first beat is a whole interval away.
    const slot = (this.slot + SLOTS - 1) % SLOTS;
    this.slots[slot]!.add(beating);
    return slot;
  }

  remove(beating: Beating, slot: number): void {
    this.slots[slot]?.delete(beating);
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.turn(), this.options.sse.heartbeatMs / SLOTS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private turn(): void {
    for (const beating of this.slots[this.slot]!) this.beat(beating);
    this.slot = (this.slot + 1) % SLOTS;
    if (this.slot === 0 && this.size > 0 && !this.advancing) void this.advance();
  }

  private beat(beating: Beating): void {
    try {
      beating.beat();
    } catch (error) {
      this.logger.error('A heartbeat failed; its connection ends.', error);
      beating.destroy();
    }
  }

  private async advance(): Promise<void> {
    this.advancing = true;
    try {
      await this.feeds.advance();
    } catch (error) {
      this.logger.error('The head of the log could not be read; heartbeats do not move cursors.', error);
    } finally {
      this.advancing = false;
    }
  }
}
