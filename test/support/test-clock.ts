/** A wall clock that moves when told to, also backwards. */
export class TestClock {
  constructor(public ms: number = Date.UTC(2026, 10, 24, 12)) {}

  readonly now = (): number => this.ms;

  advance(ms: number): void {
    this.ms += ms;
  }
}
