/** Failures in a row that open a breaker. */
const THRESHOLD = 5;
/** Failures in a row after which the target is surely down, and it is not the events. */
const HOPELESS = 32;
const FIRST_COOLDOWN_MS = 5_000;
const MAX_COOLDOWN_MS = 300_000;

/**
 * Stops a consumer whose target is down: open after several failures in a row, or as soon as the target asks to
 * be left alone; half open after a while, when one attempt may probe; closed again by a success. Each failed
 * probe doubles the while, up to 5 minutes.
 */
export class Breaker {
  private failures = 0;
  private cooldownMs = FIRST_COOLDOWN_MS;
  private openUntil: number | undefined;
  private probing = false;

  /** @param now milliseconds, of a clock that never goes back */
  constructor(private readonly now: () => number) {}

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.openUntil === undefined) return 'closed';
    return this.now() < this.openUntil ? 'open' : 'half-open';
  }

  /** Whether so much has failed in a row that no other event need be tried to see it. */
  get isHopeless(): boolean {
    return this.openUntil !== undefined && this.failures >= HOPELESS;
  }

  /** Milliseconds until an attempt may be made: 0 is now, Infinity once the probe that is out has ended. */
  get waitMs(): number {
    if (this.openUntil === undefined) return 0;
    return this.probing ? Infinity : Math.max(0, this.openUntil - this.now());
  }

  /** Somebody knows that the target is back: an attempt may be made at once. */
  probeNow(): void {
    if (this.openUntil !== undefined) this.openUntil = Math.min(this.openUntil, this.now());
  }

  /** An attempt begins. */
  begin(): void {
    if (this.openUntil !== undefined) this.probing = true;
  }

  /** @returns whether this closed the breaker */
  succeed(): boolean {
    const wasOpen = this.openUntil !== undefined;
    this.failures = 0;
    this.cooldownMs = FIRST_COOLDOWN_MS;
    this.openUntil = undefined;
    this.probing = false;
    return wasOpen;
  }

  /**
   * @param quietMs how long the target asked to be left alone
   * @returns whether this opened the breaker
   */
  fail(quietMs = 0): boolean {
    this.failures++;
    const wasClosed = this.openUntil === undefined;
    const opens = wasClosed ? this.failures >= THRESHOLD : this.probing;
    if (!opens && quietMs === 0) return false;
    const waitMs = Math.max(opens ? this.cooldownMs : 0, quietMs);
    this.openUntil = Math.max(this.openUntil ?? 0, this.now() + waitMs);
    if (opens) this.cooldownMs = Math.min(this.cooldownMs * 2, MAX_COOLDOWN_MS);
    this.probing = false;
    return wasClosed;
  }
}
