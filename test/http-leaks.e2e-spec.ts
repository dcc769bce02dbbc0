import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { AllReaders } from './support/all-readers.js';
import { ADAPTERS, startApp } from './support/app.js';
import { census, NOBODY, nobodyLeft } from './support/census.js';
import { memoryInUse } from './support/memory.js';
import { askLog } from './support/http-answer.js';
import { getRequest } from './support/raw-client.js';

const PARALLEL = 50;

/** Connects, asks, and leaves: as soon as anything is answered, or, where nothing is, as soon as it is heard. */
function visit(port: number, request: string, waits: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(request, () => {
        if (waits) setImmediate(() => setImmediate(() => socket.destroy()));
      });
    });
    socket.once('data', () => socket.destroy());
    socket.once('error', reject);
    socket.once('close', () => resolve());
  });
}

async function visits(count: number, visitOnce: () => Promise<void>): Promise<void> {
  let left = count;
  const visitor = async () => {
    while (left-- > 0) await visitOnce();
  };
  await Promise.all(Array.from({ length: PARALLEL }, visitor));
}

describe.each(ADAPTERS)('after 5,000 clients have come and gone on %s', (adapter) => {
  it.each<[string, readonly string[]]>([
    ['@ShortPoll', ['short', 'short-log']],
    ['@LongPoll', ['long', 'long-log']],
    ['@Sse', ['sse-log', 'sse-state', 'sse-observable']],
  ])(
    'nothing is left of %s',
    async (_, paths) => {
      await using app = await startApp({ adapter, controllers: [AllReaders] });
      const { cursor } = await askLog(`${app.url}/readers/long-log`);
      let next = 0;
      const come = () => {
        const path = paths[next++ % paths.length]!;
        const query = path === 'long-log' ? `?since=${cursor}` : '';
        const headers: Record<string, string> = path === 'long' ? { 'If-None-Match': '*' } : {};
        return visit(app.port, getRequest(`/readers/${path}${query}`, headers), path.startsWith('long'));
      };
      await visits(1_000, come);
      await nobodyLeft(app);
      const { heap } = memoryInUse();
      await visits(5_000, come);
      await nobodyLeft(app);
      expect(app.nest.get(AllReaders).runs).toBeGreaterThan(3_000);
      expect(census(app)).toEqual(NOBODY);
      // A connection that was kept would be some kilobytes.
      expect(memoryInUse().heap - heap).toBeLessThan(5_000 * 400);
    },
    120_000,
  );
});
