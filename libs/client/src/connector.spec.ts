import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ALL, connect, type Connected, liveByTheSecond, pass } from '../../../test/client/hand-connector.js';
import { type HandLine, KeptNote } from '../../../test/client/hand-transport.js';
import { TIMING } from './timing.js';

/** Chance gives the most it can. */
const MOST = 1 - Number.EPSILON;

beforeEach(() => void jest.useFakeTimers());

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** Fails all transports, one after the other. @returns for how long it waits then, in milliseconds */
function failAll({ transports, states }: Connected): number {
  for (let n = 0; n < ALL.length; n++) transports.last.fail();
  return states.at(-1)!.retryMs!;
}

describe('the connector falls', () => {
  it('in the order of the transports, at once', async () => {
    const { transports, states } = await connect();
    transports.last.fail();
    transports.last.fail();
    transports.last.live();
    expect(transports.names).toEqual(ALL);
    expect(states.map(({ name, transport }) => `${name} ${transport}`)).toEqual([
      'connecting websocket',
      'connecting sse',
      'connecting long-poll',
      'catching-up long-poll',
      'live long-poll',
    ]);
    expect(states.at(-1)).toMatchObject({ reason: 'sse failed' });
  });

  it('from a transport that works for a short time, twice', async () => {
    const { transports } = await connect();
    for (let n = 0; n < 2; n++) {
      transports.last.live();
      transports.last.fail();
      await pass(TIMING.backoffMs);
    }
    expect(transports.names).toEqual(['websocket', 'websocket', 'sse']);
  });

  it('not from one that works for long, now and then', async () => {
    const { transports } = await connect();
    for (let n = 0; n < 5; n++) {
      transports.last.live();
      await pass(TIMING.steadyMs);
      transports.last.fail();
      await pass(TIMING.backoffMs);
    }
    expect(new Set(transports.names)).toEqual(new Set(['websocket']));
  });

  it('not for other credentials', async () => {
    const { transports } = await connect();
    transports.last.fail('unauthorized');
    await pass(TIMING.backoffMs);
    expect(transports.names).toEqual(['websocket', 'websocket']);
  });

  it('for ever from one that cannot be had', async () => {
    const connected = await connect();
    connected.transports.last.fail('unavailable');
    for (let n = 0; n < 4; n++) {
      connected.transports.last.fail();
      await pass(TIMING.maxBackoffMs);
    }
    expect(connected.transports.names.slice(1)).not.toContain('websocket');
  });

  it('and says so, when there is nothing left to try', async () => {
    const { transports, states } = await connect({ names: ['websocket'] });
    transports.last.fail('unavailable');
    await pass(TIMING.maxBackoffMs);
    expect(transports.names).toEqual(['websocket']);
    expect(states.at(-1)).toMatchObject({ name: 'offline', error: { code: 'unavailable' } });
  });
});

describe('the connector waits', () => {
  it.each([MOST, 0.5, 0.001])('longer each time that nothing works, by chance of %d', async (chance) => {
    jest.spyOn(Math, 'random').mockReturnValue(chance);
    const connected = await connect();
    const waits: number[] = [];
    for (let n = 0; n < 9; n++) {
      waits.push(failAll(connected));
      await pass(waits.at(-1)!);
    }
    const { backoffMs, maxBackoffMs } = TIMING;
    const most = Array.from({ length: 9 }, (_, n) => Math.min(maxBackoffMs, backoffMs * 2 ** n));
    expect(waits.map(Math.round)).toEqual(most.map((ms) => Math.round(ms * chance)));
  });

  it('not so long, once something has worked', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(MOST);
    const connected = await connect();
    for (let n = 0; n < 5; n++) await pass(failAll(connected));
    connected.transports.last.live();
    await pass(TIMING.steadyMs);
    connected.transports.last.fail();
    await pass(TIMING.backoffMs);
    expect(failAll(connected)).toBeCloseTo(TIMING.backoffMs);
  });

  it.each([
    ['an error asks it to', (line: HandLine) => line.fail('too-many-connections', 7_000)],
    ['the server closes and asks it to', (line: HandLine) => line.end({ retryMs: 7_000 })],
  ])('for as long as %s', async (_, end) => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const { transports, states } = await connect();
    end(transports.last);
    expect(states.at(-1)).toMatchObject({ name: 'offline', retryMs: 7_000 });
    await pass(6_999);
    expect(transports.lines).toHaveLength(1);
    await pass(1);
    expect(transports.lines).toHaveLength(2);
  });

  it('then, even when the page is looked at again', async () => {
    const { transports, connector } = await connect();
    transports.last.fail('too-many-connections', 7_000);
    connector.back();
    await pass(6_999);
    expect(transports.lines).toHaveLength(1);
    await pass(1);
    expect(transports.lines).toHaveLength(2);
  });
});

describe('the connector remembers', () => {
  it('what worked, and begins with it', async () => {
    const { note } = await liveByTheSecond();
    const { transports } = await connect({ note });
    expect(transports.names).toEqual(['sse']);
  });

  it('and tries the others too', async () => {
    const { transports } = await connect({ note: new KeptNote('long-poll') });
    transports.last.fail();
    await pass(TIMING.backoffMs);
    transports.last.fail();
    expect(transports.names).toEqual(['long-poll', 'websocket', 'sse']);
  });

  it('nothing that is no transport of its own', async () => {
    const { transports } = await connect({ note: new KeptNote('carrier pigeon') });
    expect(transports.names).toEqual(['websocket']);
  });
});
