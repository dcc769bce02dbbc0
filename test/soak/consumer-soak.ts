import { Program } from '../support/program.js';
import { turns } from '../support/turns.js';
import { CONCURRENCY, type ConsumingAssignment, type NumberedEvent } from './consuming-assignment.js';
import { Deliveries } from './deliveries.js';
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
  private kills = 0;

  private constructor(
    private readonly path: string,
    private readonly deliveries: Deliveries,
  ) {}

  static async open(path: string): Promise<ConsumerSoak> {
    return new ConsumerSoak(path, new Deliveries(await Receiver.listen(), CONCURRENCY));
  }

  get report(): { readonly accepted: number; readonly repeats: number; readonly kills: number } {
    const { count, receiver } = this.deliveries;
    return { accepted: count, repeats: receiver.repeats, kills: this.kills };
  }

  /** Lets a process publish and send, and kills it. */
  async play(death: ConsumerDeath): Promise<void> {
    const from = this.kills * PER_ROUND;
    const program = this.start(from, from + PER_ROUND);
    if (death.at === 'append') {
      for (let line = 0; line < death.count; line++)
        this.deliveries.accept(await program.next<NumberedEvent>());
    } else {
      await this.deliveries.answers(death.count);
      if (death.at === 'record') await turns(death.turns);
    }
    await program.kill();
    this.kills++;
    for (const event of program.drain<NumberedEvent>()) this.deliveries.accept(event);
    this.deliveries.check(this.kills);
  }

  /** Lets a process send what is left. Fails unless that is everything. */
  async finish(): Promise<void> {
    const program = this.start(0, 0);
    // Its end, if it comes first, is an error.
    const ended = program.next();
    await Promise.race([this.deliveries.complete(), ended]);
    await Promise.allSettled([program.kill(), ended]);
    this.deliveries.check(this.kills);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.deliveries.receiver[Symbol.asyncDispose]();
  }

  private start(from: number, to: number): Program {
    const assignment: ConsumingAssignment = { path: this.path, url: this.deliveries.receiver.url, from, to };
    return Program.start('consuming.ts', import.meta.url, { words: [JSON.stringify(assignment)] });
  }
}
