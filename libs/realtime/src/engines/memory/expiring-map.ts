interface Expiring<Value> {
  readonly value: Value;
  readonly expires: number;
}

/** A map whose entries expire, and of which no more than the last `max` set are kept. */
export class ExpiringMap<Value> {
  private readonly entries = new Map<string, Expiring<Value>>();

  constructor(
    private readonly now: () => number,
    private readonly max: number,
  ) {}

  get(key: string): Value | undefined {
    const found = this.entries.get(key);
    return found && found.expires > this.now() ? found.value : undefined;
  }

  set(key: string, value: Value, ttlMs: number): void {
    const now = this.now();
    this.entries.delete(key);
    this.entries.set(key, { value, expires: now + ttlMs });
    // Oldest first, which is roughly first to expire: this keeps up with what is added.
    for (const [oldest, { expires }] of this.entries) {
      if (expires > now && this.entries.size <= this.max) return;
      this.entries.delete(oldest);
    }
  }

  delete(key: string): void {
    this.entries.delete(key);
  }
}
