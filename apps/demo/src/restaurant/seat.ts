/** What a guest gets on sitting down. */
export interface Seat {
  readonly order: string;
  readonly token: string;
  /** For the window, through which one sees what the kitchen really does. */
  readonly windowToken: string;
  /** Those who came together: the tabs of a browser. */
  readonly company: string;
  /** Where in the log the order begins: every way reads on from here. */
  readonly cursor: string;
  /** The server's clock, in milliseconds since 1970. */
  readonly time: number;
}
