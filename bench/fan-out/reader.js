import { answer } from '../shared/rpc.js';
import { SocketConnection } from './readers/socket.js';
import { SseConnection } from './readers/sse.js';

const OPENING_AT_ONCE = 64;
const SILENCE_MS = 10_000;
const TRANSPORTS = { sse: SseConnection, socket: SocketConnection };

/** @type {(SseConnection | SocketConnection)[]} */
const connections = [];
let total = 0;
let expected = Infinity;
let complete = () => {};

/** @param {number} events */
const count = (events) => {
  total += events;
  if (total >= expected) complete();
};

answer({
  /**
   * Opens connections until there are `connections`, each ready for events.
   * @param {{ port: number, client: any, connections: number }} target
   */
  async open({ port, client, connections: wanted }) {
    const Connection = TRANSPORTS[/** @type {'sse' | 'socket'} */ (client.transport)];
    const lane = async () => {
      while (connections.length < wanted) {
        const connection = new Connection(port, client, count);
        connections.push(connection);
        await connection.ready;
      }
    };
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, lane));
  },

  reset() {
    total = 0;
    for (const connection of connections) connection.events = 0;
  },

  /** Waits until every connection has got `each` events. Gives up after ten seconds without any. */
  async collect({ each }) {
    const all = connections.length * each;
    if (total < all) await arrival(all);
    for (const { events } of connections) {
      if (events !== each) throw new Error(`A connection got ${events} events instead of ${each}.`);
    }
    return total;
  },

  closeAll() {
    for (const connection of connections.splice(0)) connection.socket.destroy();
  },
});

/** @param {number} all */
function arrival(all) {
  return new Promise((resolve) => {
    let seen = total;
    const timer = setInterval(() => {
      if (seen === total) complete();
      seen = total;
    }, SILENCE_MS);
    complete = () => {
      clearInterval(timer);
      expected = Infinity;
      resolve(undefined);
    };
    expected = all;
  });
}
