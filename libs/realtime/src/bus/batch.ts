import type { LogEvent } from './log-event.js';

/** Turns events, oldest first, into what a transport writes. One object per wire format. */
export interface Encoding<Output> {
  encode(events: readonly LogEvent[]): Output;
}

/** Events that go out together, oldest first, never empty. Encoded once per format, for all connections. */
export class Batch {
  private readonly encoded = new Map<Encoding<unknown>, unknown>();

  constructor(readonly events: readonly LogEvent[]) {}

  /** This batch in a wire format. */
  as<Output>(encoding: Encoding<Output>): Output {
    let output = this.encoded.get(encoding) as Output | undefined;
    if (output === undefined) {
      output = encoding.encode(this.events);
      this.encoded.set(encoding, output);
    }
    return output;
  }
}
