import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { connect, liveByTheSecond, pass } from '../../../test/client/hand-connector.js';
import { cursor } from '../../../test/client/hand-transport.js';
import { Follower } from './follower.js';
import { TIMING } from './timing.js';

beforeEach(() => void jest.useFakeTimers());

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

describe('the connector climbs', () => {
  const { climbMs } = TIMING;

  it.each([
    [0, climbMs * 0.5],
    [0.5, climbMs],
  ])('by chance of %d after %d ms', async (chance, ms) => {
    jest.spyOn(Math, 'random').mockReturnValue(chance);
    const { transports } = await liveByTheSecond();
    await pass(ms - 1);
    expect(transports.names).toEqual(['websocket', 'sse']);
    await pass(1);
    expect(transports.names).toEqual(['websocket', 'sse', 'websocket']);
  });

  it('while the other goes on, without a gap and without anything twice', async () => {
    const { transports, second, told, states, follower } = await liveByTheSecond();
    second.events(1, 2);
    await pass(climbMs * 1.5);
    const trial = transports.last;
    expect(trial.followed).toEqual([{ topics: ['a'], since: cursor(2) }]);
    second.events(3);
    trial.events(3, 4);
    expect(second.isClosed).toBe(false);
    trial.live();
    expect(second.isClosed).toBe(true);
    trial.events(5);
    expect(told).toEqual([1, 2, 3, 4, 5]);
    expect(follower.cursor).toBe(cursor(5));
    expect(states.at(-1)).toEqual({ name: 'live', transport: 'websocket' });
  });

  it('and says why it gets no higher', async () => {
    const { transports, second, states } = await liveByTheSecond();
    // Twice: it is tried once more before it is left.
    second.fail('answer-invalid');
    await pass(TIMING.backoffMs);
    transports.last.fail('answer-invalid');
    transports.last.live();
    await pass(climbMs * 1.5);
    transports.last.fail('timeout');
    transports.last.live();
    expect(states.at(-1)).toMatchObject({ name: 'live', transport: 'sse', error: { code: 'timeout' } });
  });

  it('later and later, while that leads nowhere', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { transports, second } = await liveByTheSecond();
    for (const factor of [1, 2, 4, 8, 16, 32, 32]) {
      await pass(climbMs * factor - 1);
      expect(transports.last.isClosed || transports.last === second).toBe(true);
      await pass(1);
      expect(transports.last).toMatchObject({ transport: 'websocket', isClosed: false });
      transports.last.fail();
    }
    expect(second.isClosed).toBe(false);
  });

  it('no more, once it has the best', async () => {
    const { transports } = await connect();
    transports.last.live();
    await pass(climbMs * 100);
    expect(transports.names).toEqual(['websocket']);
  });

  it('with whatever is followed by then', async () => {
    const { transports, followers, second } = await liveByTheSecond();
    await pass(climbMs * 1.5);
    const other = { event() {}, snapshot() {}, reset() {}, end() {} };
    followers.add(new Follower(['b'], cursor(0), other));
    await pass(0);
    for (const line of [second, transports.last]) expect(line.followed.at(-1)!.topics).toEqual(['a', 'b']);
  });
});

describe('the connector rests', () => {
  it('while nobody looks, and goes on where it was', async () => {
    const { transports, states, connector, told } = await connect();
    transports.last.live();
    transports.last.events(1);
    connector.away();
    expect(transports.last.isClosed).toBe(true);
    expect(states.at(-1)).toEqual({ name: 'offline', reason: 'hidden' });
    await pass(TIMING.maxBackoffMs);
    expect(transports.lines).toHaveLength(1);
    connector.back();
    await pass(0);
    expect(transports.last.followed).toEqual([{ topics: ['a'], since: cursor(1) }]);
    transports.last.events(2);
    expect(told).toEqual([1, 2]);
  });

  it('not, if somebody looks again and something was heard a moment ago', async () => {
    const { transports, connector } = await connect();
    transports.last.live();
    await pass(TIMING.staleMs - 1);
    connector.back();
    expect(transports.lines).toHaveLength(1);
    await pass(1);
    connector.back();
    expect(transports.lines).toHaveLength(2);
  });

  it('when nothing is followed', async () => {
    const { transports, states, followers, follower } = await connect();
    transports.last.live();
    followers.end(follower);
    await pass(0);
    expect(transports.last.isClosed).toBe(true);
    expect(states.at(-1)).toEqual({ name: 'offline', reason: 'idle' });
  });

  it('for good, when it is closed', async () => {
    const { transports, states, connector } = await connect();
    transports.last.fail('too-many-connections', 1_000);
    connector.close();
    connector.back();
    connector.changed();
    await pass(TIMING.maxBackoffMs);
    expect(transports.lines).toHaveLength(1);
    expect(states.at(-1)).toEqual({ name: 'closed' });
  });
});
