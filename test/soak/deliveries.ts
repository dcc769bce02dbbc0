import assert from 'node:assert/strict';
import type { NumberedEvent } from './consuming-assignment.js';
import type { Receiver } from './receiver.js';

/** What was accepted to be sent to one receiver, and what has come there. */
export class Deliveries {
  /** The ids of all events that were accepted, by their number. */
  private readonly accepted = new Map<number, string>();

  /** @param window how many are begun and not written down at once */
  constructor(
    readonly receiver: Receiver,
    private readonly window: number,
  ) {}

  get count(): number {
    return this.accepted.size;
  }

  accept({ id, number }: NumberedEvent): void {
    this.accepted.set(number, id);
  }

  /** So many answers have left from now on. */
  answers(count: number): Promise<void> {
    let left = count;
    return new Promise((resolve) => {
      this.receiver.onAnswer = () => {
        if (--left === 0) resolve();
      };
    });
  }

  /** Everything that was accepted has come. */
  complete(): Promise<void> {
    return new Promise<void>((resolve) => {
      const look = () => this.receiver.hasAll(this.accepted.keys()) && resolve();
      this.receiver.onTaken = look;
      look();
    });
  }

  /** Fails if something came under another id, or more came again than can have been under way. */
  check(kills: number): void {
    const { repeats } = this.receiver;
    assert.ok(repeats <= kills * this.window, `${repeats} repeats`);
    for (const [number, id] of this.accepted) {
      assert.ok([undefined, id].includes(this.receiver.idOf(number)), `another id for ${number}`);
    }
  }
}
