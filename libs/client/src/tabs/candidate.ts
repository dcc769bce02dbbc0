import { type Group, leadershipOf } from './group.js';
import { HeldLock } from './held-lock.js';
import { Leader } from './leader.js';

/** Stands for election until it withdraws. Who holds the lock leads. */
export class Candidate {
  private lock: HeldLock | undefined;
  private leader: Leader | undefined;

  /** @param latestTerm the latest that was heard of */
  constructor(
    private readonly group: Group,
    private readonly latestTerm: () => number,
  ) {
    this.stand();
  }

  /** For which it was elected, if it leads. */
  get term(): number | undefined {
    return this.leader?.term;
  }

  /** Leads, whoever did until then: for a leader that does not answer. */
  steal(): void {
    this.lock?.release();
    this.stand(true);
  }

  withdraw(): void {
    const { lock } = this;
    this.lock = undefined;
    this.resign();
    lock?.release();
  }

  private stand(steal = false): void {
    const { locks } = this.group.platform;
    const lock = new HeldLock(locks, leadershipOf(this.group), () => this.lead(), steal);
    this.lock = lock;
    lock.over.catch(() => {
      // Stolen, if it was not given up.
      if (lock !== this.lock) return;
      this.resign();
      this.stand();
    });
  }

  private lead(): void {
    // Its own clock would do, if clocks were never set back.
    const latest = this.latestTerm();
    this.leader = new Leader(this.group, Math.max(Date.now(), latest + 1), latest > 0);
  }

  private resign(): void {
    this.leader?.close();
    this.leader = undefined;
  }
}
