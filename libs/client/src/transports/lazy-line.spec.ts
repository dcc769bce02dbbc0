import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { cursor, HandTransports } from '../../../../test/client/hand-transport.js';
import { lazyLines } from './lazy-line.js';
import type { LineEnd, LineListener, OpenLine } from './line.js';

const PATIENCE_MS = 1_000;

/** A lazy line whose code comes when the test says so. */
function open() {
  const transports = new HandTransports('sse');
  const ends: LineEnd[] = [];
  const told: unknown[] = [];
  const ignore = () => undefined;
  const listener: LineListener = {
    opened: ignore,
    live: ignore,
    moved: ignore,
    snapshot: ignore,
    reset: ignore,
    refused: ignore,
    events: (events) => told.push(...events.map(({ data }) => data)),
    ended: (end) => ends.push(end),
  };
  let arrive!: (open: OpenLine) => void;
  let fail!: (error: Error) => void;
  const loading = new Promise<OpenLine>((resolve, reject) => {
    arrive = resolve;
    fail = reject;
  });
  const line = lazyLines(() => loading, PATIENCE_MS)(listener);
  return { line, transports, ends, told, arrive: () => arrive(transports.ways[0]!.open), fail };
}

afterEach(() => void jest.useRealTimers());

describe('a line whose code is loaded', () => {
  it('follows what was asked of it last, once it is there', async () => {
    const { line, transports, told, arrive } = open();
    line.follow(['a'], cursor(1));
    line.follow(['a', 'b'], cursor(2));
    const joined = line.join(['c']);
    arrive();
    expect(await joined).toEqual({ cursor: cursor(0) });
    expect(transports.last.followed).toEqual([{ topics: ['a', 'b'], since: cursor(2) }]);
    transports.last.events(3);
    expect(told).toEqual([3]);
  });

  it('asks at once from then on', async () => {
    const { line, transports, arrive } = open();
    arrive();
    await line.join(['a']);
    line.follow(['a'], cursor(1));
    expect(transports.last.followed).toEqual([{ topics: ['a'], since: cursor(1) }]);
  });

  it('is not opened any more, if it was closed before', async () => {
    const { line, transports, ends, arrive } = open();
    const joined = line.join(['a']);
    line.close();
    arrive();
    await expect(joined).rejects.toMatchObject({ code: 'closed' });
    expect([transports.lines, ends]).toEqual([[], []]);
  });

  it('is closed with what it became', async () => {
    const { line, transports, arrive } = open();
    arrive();
    await line.join(['a']);
    line.close();
    expect(transports.last.isClosed).toBe(true);
  });

  it('ends when its code cannot be loaded', async () => {
    const { line, ends, fail } = open();
    const joined = line.join(['a']);
    fail(new TypeError('Failed to fetch dynamically imported module'));
    await expect(joined).rejects.toThrow('Failed to fetch');
    expect(ends).toMatchObject([{ error: { code: 'network' } }]);
  });

  it('ends when that takes too long', async () => {
    jest.useFakeTimers();
    const { ends } = open();
    await jest.advanceTimersByTimeAsync(PATIENCE_MS);
    expect(ends).toMatchObject([{ error: { code: 'timeout' } }]);
  });
});
