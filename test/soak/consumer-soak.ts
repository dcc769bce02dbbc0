import assert from 'node:assert/strict';
import { Program } from '../support/program.js';
import { turns } from '../support/turns.js';
import { CONCURRENCY, type ConsumingAssignment, type NumberedEvent } from './consuming-assignment.js';
import { Receiver } from './receiver.js';

/** Events that each process is to publish. */
const PER_ROUND = 200;

/**
 * Where a process is killed: while events are appended and acknowledged; when the receiver has answered and
 * nobody has written that down; a little later, around the record and the cursor.
 */
export const WEAK_SPOTS = ['append', 'answer', 'record'] as const;

export interface ConsumerDeath {
  readonly at: (typeof WEAK_SPOTS)[number];
  /** After so many events were accepted, or answered. */
  readonly count: number;
  /** After so many turns more. */
  readonly turns: number;
}

/** A durable consumer that sends events to a receiver, in one process after the other, each of which is killed. */
export class ConsumerSoak implements AsyncDisposable {
  /** The ids of all events that were accepted, by their number. */
  private readonly accepted = new Map<number, string>();
  private kills = 0;

  private constructor(
    private readonly path: string,
    private readonly receiver: Receiver,
  ) {}

  static async open(path: string): Promise<ConsumerSoak> {
    return new ConsumerSoak(path, await Receiver.listen());
  }

  get report(): { readonly accepted: number; readonly repeats: number; readonly kills: number } {
    return { accepted: this.accepted.size, repeats: this.receiver.repeats, kills: this.kills };
  }

  /** Lets a process publish and send, and kills it. */
  async play(death: ConsumerDeath): Promise<void> {
    const from = this.kills * PER_ROUND;
    const program = this.start(from, from + PER_ROUND);
    if (death.at === 'append') {
      for (let line = 0; line < death.count; line++) this.accept(await program.next<NumberedEvent>());
    } else {
      await this.answers(death.count);
      if (death.at === 'record') await turns(death.turns);
    }
    await program.kill();
    this.kills++;
    for (const event of program.drain<NumberedEvent>()) this.accept(event);
    this.check();
  }

  /** Lets a process send what is left. Fails unless that is everything. */
  async finish(): Promise<void> {
    const program = this.start(0, 0);
    // Its end, if it comes first, is an error.
    const ended = program.next();
    const done = new Promise<void>((resolve) => {
      const look = () => this.receiver.hasAll(this.accepted.keys()) && resolve();
      this.receiver.onTaken = look;
      look();
    });
    await Promise.race([done, ended]);
    await Promise.allSettled([program.kill(), ended]);
    for (const [number, id] of this.accepted) assert.equal(this.receiver.idOf(number), id);
    this.check();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.receiver[Symbol.asyncDispose]();
  }

  private start(from: number, to: number): Program {
    const assignment: ConsumingAssignment = { path: this.path, url: this.receiver.url, from, to };
    return Program.start('consuming.ts', import.meta.url, { words: [JSON.stringify(assignment)] });
  }

  private accept({ id, number }: NumberedEvent): void {
    this.accepted.set(number, id);
  }

  /** So many answers have left from now on. */
  private answers(count: number): Promise<void> {
    let left = count;
    return new Promise((resolve) => {
      this.receiver.onAnswer = () => {
        if (--left === 0) resolve();
      };
    });
  }

  /** Fails if more was sent again than can have been under way. */
  private check(): void {
    assert.ok(this.receiver.repeats <= this.kills * CONCURRENCY, `${this.receiver.repeats} repeats`);
  }
}
