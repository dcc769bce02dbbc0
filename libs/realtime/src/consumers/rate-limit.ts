/** With a whole second's worth, a second could carry twice the rate, and on the wire a little more than that. */
const BURST_SECONDS = 0.5;

/** At most so many per second, with a burst of half a second's worth, or of one. */
export class RateLimit {
  private tokens: number;
  private last: number;

  /**
   * @param perSecond Infinity is no limit
   * @param now milliseconds, of a clock that never goes back
   */
  constructor(
    private readonly perSecond: number,
    private readonly now: () => number,
  ) {
    this.tokens = this.burst;
    this.last = now();
  }

  /** Milliseconds until one may go: 0 is now. */
  get waitMs(): number {
    if (this.perSecond === Infinity) return 0;
    this.refill();
    return this.tokens >= 1 ? 0 : Math.ceil(((1 - this.tokens) / this.perSecond) * 1000);
  }

  take(): void {
    this.tokens--;
  }

  private get burst(): number {
    return Math.max(1, this.perSecond * BURST_SECONDS);
  }

  private refill(): void {
    const now = this.now();
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.last) / 1000) * this.perSecond);
    this.last = now;
  }
}
