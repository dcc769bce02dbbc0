import { ProtocolError } from './protocol.error.js';

/** A cursor is never longer than this, however many topics it covers. */
export const MAX_CURSOR_BYTES = 128;

const CURSOR = /^([a-z0-9]{1,16})-([a-z0-9]{1,11})-([a-z0-9]{1,11})$/;

/**
 * A place in a log: a hybrid logical clock, `ms` from the engine's wall clock and `seq` to separate equal
 * `ms`, within one life (`epoch`) of the log. Positions of one epoch are totally ordered over all topics.
 *
 * On the wire a position is a cursor, `<epoch>-<ms base36>-<seq base36>`: only bytes that a browser may send
 * in `Last-Event-ID` without a CORS preflight, and no dot, which Standard Webhooks signs as a separator.
 */
export class Position {
  #text: string | undefined;

  constructor(
    readonly epoch: string,
    readonly ms: number,
    readonly seq: number,
  ) {}

  /**
   * Reads a cursor.
   * @throws ProtocolError `cursor-malformed` for anything that no log has ever handed out.
   */
  static parse(cursor: string): Position {
    const [, epoch, ms, seq] = CURSOR.exec(cursor) ?? [];
    const position = new Position(epoch ?? '', Number.parseInt(ms ?? '', 36), Number.parseInt(seq ?? '', 36));
    // Writing it again also refuses leading zeros and numbers too large to be exact: one place, one cursor.
    if (
      !epoch ||
      !Number.isSafeInteger(position.ms) ||
      !Number.isSafeInteger(position.seq) ||
      position.toString() !== cursor
    ) {
      throw new ProtocolError(
        'cursor-malformed',
        'The cursor is malformed: send one exactly as you received it.',
      );
    }
    return position;
  }

  /** Whether this place is later than `other`. Only meaningful within one epoch. */
  isAfter(other: Position): boolean {
    return this.ms === other.ms ? this.seq > other.seq : this.ms > other.ms;
  }

  /** The cursor. */
  toString(): string {
    return (this.#text ??= `${this.epoch}-${this.ms.toString(36)}-${this.seq.toString(36)}`);
  }

  toJSON(): string {
    return this.toString();
  }
}
