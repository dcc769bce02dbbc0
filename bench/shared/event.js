/** A byte that occurs once in every event and nowhere else in a stream, so that readers can count cheaply. */
export const MARK = 0x7e;

const BYTES = 160;
const order = { order: 42, table: 7, status: 'ready', note: '~' };
const padding = '.'.repeat(BYTES - JSON.stringify(order).length);

/** What every contender publishes: 160 bytes of JSON. */
export const EVENT = Object.freeze({ ...order, note: `~${padding}` });
