import type { Note } from './environment.js';
import type { Way } from './link.js';
import { jittered, type Timing } from './timing.js';
import type { LineEnd } from './transports/line.js';

/** The ways in their order: which one is in use, or to be tried next, and how long to wait before that. */
export class Ladder {
  private index: number;
  /** How often all ways failed, one after the other. */
  private rounds = 0;
  /** How often, one after the other, the way in use ended soon after it had begun to work. */
  private falters = 0;
  /** How often climbing led nowhere, since the network last changed. */
  private failedClimbs = 0;

  constructor(
    private readonly ways: Way[],
    private readonly note: Note,
    private readonly timing: Timing,
  ) {
    const name = note.read();
    this.index = Math.max(
      0,
      ways.findIndex((way) => way.name === name),
    );
  }

  /** Undefined if none can work here. */
  get current(): Way | undefined {
    return this.ways[this.index];
  }

  /** Those that are better than the current one, best first. */
  get better(): readonly Way[] {
    return this.ways.slice(0, this.index);
  }

  /** This one works, and is the current one. */
  works(way: Way): void {
    if (way !== this.current) this.falters = 0;
    this.index = this.ways.indexOf(way);
    this.rounds = 0;
    this.note.write(way.name);
  }

  /** It can never work here. */
  remove(way: Way): void {
    const index = this.ways.indexOf(way);
    this.ways.splice(index, 1);
    if (index < this.index) this.index--;
    else if (!this.current) this.index = 0;
  }

  /**
   * The current way has ended: chooses the one to try next.
   * @param livedMs how long it worked; undefined if it never did
   * @returns how long to wait before, in milliseconds
   */
  leave(livedMs: number | undefined, { error, retryMs }: LineEnd): number {
    if (error?.wantsCredentials) return this.backoff();
    if (livedMs !== undefined) {
      const isSound = error?.code !== 'timeout' && livedMs >= this.timing.steadyMs;
      if (retryMs !== undefined || isSound) this.falters = this.failedClimbs = 0;
      else this.falters++;
      if (this.falters < 2) return jittered(this.timing.backoffMs);
      this.failedClimbs++;
    }
    this.falters = 0;
    this.index = (this.index + 1) % this.ways.length;
    return this.index === 0 ? this.backoff() : 0;
  }

  /** There is hope: waits grow from the start again. */
  encourage(): void {
    this.rounds = 0;
  }

  climbFailed(): void {
    this.failedClimbs++;
  }

  /** When to try the better ones, in milliseconds from now. */
  get climbMs(): number {
    const ms = this.timing.climbMs * 2 ** Math.min(this.failedClimbs, 5);
    return ms / 2 + jittered(ms);
  }

  private backoff(): number {
    const { backoffMs, maxBackoffMs } = this.timing;
    return jittered(Math.min(maxBackoffMs, backoffMs * 2 ** this.rounds++));
  }
}
