import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

/** Something that is due once. */
export interface Deadline {
  due(): void;
}

/** How exactly deadlines are kept, in milliseconds: never early, at most this much late. */
const TICK_MS = 100;

/** Deadlines of thousands of connections on one timer, which runs only while there are any. */
@Injectable()
export class TimerWheel implements OnApplicationShutdown {
  private readonly logger = new Logger('Realtime');
  private readonly slots = new Map<number, Set<Deadline>>();
  private readonly ticks = new Map<Deadline, number>();
  private timer: NodeJS.Timeout | undefined;
  private last = 0;

  /** How many deadlines there are. */
  get size(): number {
    return this.ticks.size;
  }

  /** Has `deadline.due` called in `ms` milliseconds. A deadline has one time: setting it again moves it. */
  set(deadline: Deadline, ms: number): void {
    this.clear(deadline);
    if (ms === Infinity) return;
    this.run();
    const tick = Math.floor((performance.now() + Math.max(0, ms)) / TICK_MS) + 1;
    const slot = this.slots.get(tick);
    if (slot) slot.add(deadline);
    else this.slots.set(tick, new Set([deadline]));
    this.ticks.set(deadline, tick);
  }

  clear(deadline: Deadline): void {
    const tick = this.ticks.get(deadline);
    if (tick === undefined) return;
    this.ticks.delete(deadline);
    const slot = this.slots.get(tick);
    slot?.delete(deadline);
    if (slot?.size === 0) this.slots.delete(tick);
    if (this.ticks.size === 0) this.stop();
  }

  onApplicationShutdown(): void {
    this.stop();
  }

  private run(): void {
    if (this.timer) return;
    this.last = Math.floor(performance.now() / TICK_MS);
    this.timer = setInterval(() => this.turn(), TICK_MS);
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private turn(): void {
    const now = Math.floor(performance.now() / TICK_MS);
    for (; this.last <= now; this.last++) {
      for (const deadline of this.slots.get(this.last) ?? []) {
        this.clear(deadline);
        this.call(deadline);
      }
    }
  }

  /** What fails must not keep others waiting, nor end the process. */
  private call(deadline: Deadline): void {
    try {
      deadline.due();
    } catch (error) {
      this.logger.error('What was due failed.', error);
    }
  }
}
