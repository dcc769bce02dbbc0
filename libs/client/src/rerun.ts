/** Does something that takes its time. Requests that come together are one; one that comes meanwhile is done after. */
export class Rerun {
  /** Whether it is to be done once more. */
  isDue = false;
  isRunning = false;

  /** @param action does not throw */
  constructor(private readonly action: () => Promise<void>) {}

  request(): void {
    this.isDue = true;
    if (!this.isRunning) void this.run();
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.isDue) {
      await undefined;
      this.isDue = false;
      await this.action();
    }
    this.isRunning = false;
  }
}
