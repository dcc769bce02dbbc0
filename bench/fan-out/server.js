import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { answer } from '../shared/rpc.js';

const { start } = await import(`./contenders/${process.argv[2]}.js`);

/** @type {import('./contenders/index.js').Server | undefined} */
let server;

answer({
  async start() {
    const started = await start();
    server = started;
    return started.port;
  },

  /** Publishes `perTurn` events in each of `turns` turns of the event loop, idle for `gapMs` between them. */
  async publish({ turns, perTurn, gapMs }) {
    for (let done = 0; done < turns; done++) {
      server?.publish(perTurn);
      await turn();
      await pause(gapMs);
    }
  },

  /** CPU time spent by this process up to now, in microseconds, all threads, user and system. */
  cpuMicros() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },

  /** Leaves no garbage behind of what went before. */
  async collectGarbage() {
    for (let round = 0; round < 3; round++) {
      globalThis.gc?.();
      await pause(50);
    }
  },

  memory() {
    const { rss, heapTotal, heapUsed } = process.memoryUsage();
    // How much room the heap keeps in reserve depends on what it did in the last seconds.
    return { inUse: rss - (heapTotal - heapUsed), heap: heapUsed };
  },

  stop: () => server?.stop(),
});
