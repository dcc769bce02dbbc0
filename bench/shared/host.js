import { answer } from './rpc.js';

/**
 * What runs in a process of its own, to be measured. `start(argument)` of its module makes it.
 *
 * @typedef {object} Hosted
 * @property {number} [port] on which it listens
 * @property {(count: number) => Promise<void>} [prepare] lays ready so much work, and does none of it
 * @property {(count: number) => Promise<void>} [run] does the work that was laid ready; resolves when all of it is done, or
 *   under way where somebody else sees when it is
 * @property {() => unknown} stop
 */

const [module = '', argument = '{}'] = process.argv.slice(2);
const { start } = await import(module);

/** @type {Hosted | undefined} */
let hosted;

answer({
  async start() {
    const started = await start(JSON.parse(argument));
    hosted = started;
    return started.port;
  },

  prepare: (count) => hosted?.prepare?.(count),
  run: (count) => hosted?.run?.(count),
  stop: () => hosted?.stop(),

  /** CPU time spent by this process up to now, in microseconds, all threads, user and system. */
  cpuMicros() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },

  /** Leaves no garbage behind of what went before. */
  collectGarbage: () => globalThis.gc?.(),
});
