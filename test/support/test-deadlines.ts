import { type Deadline, TimerWheel } from '../../libs/realtime/src/timing/timer-wheel.js';
import type { RunningApp } from './app.js';

/** Deadlines of an application that are due when the test says so. */
export class TestDeadlines {
  private readonly held = new Map<Deadline, number>();

  constructor({ nest }: RunningApp) {
    const wheel = nest.get(TimerWheel);
    wheel.set = (deadline, ms) => {
      this.held.delete(deadline);
      if (ms !== Infinity) this.held.set(deadline, ms);
    };
    wheel.clear = (deadline) => void this.held.delete(deadline);
  }

  /** How many there are. */
  get size(): number {
    return this.held.size;
  }

  /** Time passes: what was to be due within `ms` is. */
  pass(ms: number): void {
    // What becomes a deadline meanwhile has its time still to come.
    const due = [...this.held].filter(([, dueMs]) => dueMs <= ms);
    for (const [deadline] of due) if (this.held.delete(deadline)) deadline.due();
  }
}
