/** The longest that a timer of Node's can run. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Waits for a time or a call, whichever comes first. A call that comes before the wait ends it at once. */
export class Wake {
  private called = false;
  private resolve: (() => void) | undefined;

  /** @param ms how long at most; Infinity is for ever */
  async wait(ms: number): Promise<void> {
    if (!this.called) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.resolve = resolve;
        if (ms !== Infinity) timer = setTimeout(resolve, Math.min(ms, MAX_TIMER_MS)).unref();
      });
      clearTimeout(timer);
      this.resolve = undefined;
    }
    this.called = false;
  }

  now(): void {
    this.called = true;
    this.resolve?.();
  }
}
