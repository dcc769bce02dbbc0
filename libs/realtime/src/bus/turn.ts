import { Batch } from './batch.js';
import type { LogEvent } from './log-event.js';

/** Something with work to do at the end of a turn. */
export interface TurnTask {
  endTurn(turn: Turn): void;
}

/**
 * The current turn of the event loop. What is published within one turn goes out together at its end, with
 * one write per connection.
 */
export class Turn {
  private readonly tasks = new Set<TurnTask>();
  private readonly single = new Map<LogEvent, Batch>();
  private scheduled = false;

  /** Has `task.endTurn` called once, at the end of this turn. */
  schedule(task: TurnTask): void {
    this.tasks.add(task);
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.end());
  }

  /** A batch of `events`. Of a single event there is one per turn, shared by all feeds that carry it. */
  batch(events: readonly LogEvent[]): Batch {
    const [event] = events;
    if (events.length !== 1 || !event) return new Batch(events);
    let batch = this.single.get(event);
    if (!batch) this.single.set(event, (batch = new Batch(events)));
    return batch;
  }

  private end(): void {
    this.scheduled = false;
    const tasks = [...this.tasks];
    this.tasks.clear();
    for (const task of tasks) task.endTurn(this);
    this.single.clear();
  }
}
