import { Sequence } from './sequence.js';

/**
 * @typedef {import('./sight.js').Sight} Sight
 * @typedef {Sight & { delayMs: number, caughtUp: boolean }} Heard
 * @typedef {'out' | 'in' | 'note'} Direction
 * @typedef {{ id: number, direction: Direction, text: string }} WireLine
 * @typedef {'idle' | 'waiting' | 'good' | 'cut' | 'bad'} Tone
 */

const WIRE_LINES = 40;
const SIGHTS = 60;

/** What one way has lived through: what went over the wire, and what it heard. Fires `change`. */
export class Diary extends EventTarget {
  requests = 0;
  /** Bytes received, as far as the page can tell. */
  received = 0;
  /** The latest, oldest first. @type {Heard[]} */
  heard = [];
  /** @type {WireLine[]} */
  wire = [];
  /** @type {{ text: string, tone: Tone }} */
  state = { text: 'not connected yet', tone: 'idle' };
  /** How many sights the last reconnection brought that had happened before it. */
  caughtUp = 0;
  #lines = 0;
  #openedAt = -Infinity;

  /**
   * @param {() => number} now The server's clock.
   * @param {{ isOrdered?: boolean }} options Whether what it hears comes in order.
   */
  constructor(now, { isOrdered = true } = {}) {
    super();
    this.now = now;
    this.sequence = new Sequence(isOrdered);
  }

  /** A request leaves. @param {string} text */
  asks(text) {
    this.requests++;
    this.#write('out', text);
  }

  /** Something leaves on a connection that is open already. @param {string} text */
  sends(text) {
    this.#write('out', text);
  }

  /** @param {number} bytes @param {string} text */
  receives(bytes, text) {
    this.received += bytes;
    this.#write('in', text);
  }

  /** @param {string} text */
  notes(text) {
    this.#write('note', text);
  }

  /** @param {string} text @param {Tone} tone */
  is(text, tone) {
    this.state = { text, tone };
    this.#change();
  }

  /** A connection is made, perhaps anew: what happened before and is heard from now on is caught up with. */
  opens() {
    this.#openedAt = this.now();
    this.caughtUp = 0;
  }

  /** @param {Sight} sight */
  hears(sight) {
    if (this.sequence.take(sight.series, sight.n)) {
      const caughtUp = sight.time < this.#openedAt;
      if (caughtUp) this.caughtUp++;
      this.heard.push({ ...sight, caughtUp, delayMs: Math.max(0, this.now() - sight.time) });
      if (this.heard.length > SIGHTS) this.heard.shift();
      this.dispatchEvent(new Event('heard'));
    }
    this.#change();
  }

  /** @param {Direction} direction @param {string} text */
  #write(direction, text) {
    this.wire.push({ id: ++this.#lines, direction, text });
    if (this.wire.length > WIRE_LINES) this.wire.shift();
    this.#change();
  }

  #change() {
    this.dispatchEvent(new Event('change'));
  }
}
