/** Holds up whoever passes until it is opened, for good. */
export class Gate {
  private release!: () => void;
  private readonly opened = new Promise<void>((resolve) => {
    this.release = resolve;
  });

  /** How many have come to the gate. */
  arrived = 0;

  pass(): Promise<void> {
    this.arrived++;
    return this.opened;
  }

  open(): void {
    this.release();
  }
}
