import { companion } from './companion.js';

/** @typedef {import('../../src/restaurant/seat.js').Seat} Seat */

/** Who sits at this table: this tab. Fires `lost` when the restaurant no longer knows it. */
export class Guest extends EventTarget {
  /** @param {Seat} seat @param {number} aheadMs How far the server's clock is ahead of ours. */
  constructor({ order, company, token, windowToken, cursor }, aheadMs) {
    super();
    this.order = order;
    this.company = company;
    this.token = token;
    this.windowToken = windowToken;
    this.cursor = cursor;
    this.aheadMs = aheadMs;
  }

  /** Sits down at a free table, with whoever has sat down in this browser before. */
  static async sitDown() {
    const asked = Date.now();
    const headers = { authorization: `Bearer ${companion.read()}` };
    const response = await fetch('/orders', { method: 'POST', headers });
    if (!response.ok) throw new Error(`No table is free: ${response.status}`);
    /** @type {Seat} */
    const seat = await response.json();
    companion.write(seat.token);
    return new Guest(seat, seat.time - (asked + Date.now()) / 2);
  }

  /** The server's clock, in milliseconds since 1970. */
  now = () => Date.now() + this.aheadMs;

  /** Says that the restaurant does not know this guest: it was started anew. */
  lose() {
    this.dispatchEvent(new Event('lost'));
  }
}
