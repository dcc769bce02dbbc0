/** What a table ordered. */
export interface Slip {
  /** The id of the event that ordered it. */
  readonly wish: string;
  readonly dish: string;
}

/** The order spike of one table: what hangs on it is to be cooked, first come, first served. */
export class Spike {
  private readonly hanging: { readonly slip: Slip; readonly taken: () => void }[] = [];

  get size(): number {
    return this.hanging.length;
  }

  get first(): Slip | undefined {
    return this.hanging[0]?.slip;
  }

  /** Resolves when the slip is taken down; when `signal` aborts, rejects and takes it down. */
  hang(slip: Slip, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.hanging.push({ slip, taken: resolve });
      const giveUp = () => {
        reject(signal.reason as Error);
        this.take(slip.wish);
      };
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Takes down the slip of this wish, if it hangs here. */
  take(wish: string | undefined): void {
    const index = this.hanging.findIndex(({ slip }) => slip.wish === wish);
    if (index >= 0) this.hanging.splice(index, 1)[0]?.taken();
  }

  clear(): void {
    for (const { taken } of this.hanging.splice(0)) taken();
  }
}
