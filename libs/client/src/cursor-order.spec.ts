import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Position } from 'nestjs-realtime-protocol';
import { assertSince, earliestOf, EARLIEST, isAfter } from './cursor-order.js';

const cursor = fc.tuple(fc.nat(40), fc.nat(40)).map(([ms, seq]) => new Position('log', ms, seq).toString());

describe('the order of cursors', () => {
  it('is that of positions, not of text', () => {
    expect(isAfter('log-10-0', 'log-z-0')).toBe(true);
    expect(isAfter('log-1-10', 'log-1-z')).toBe(true);
    expect(isAfter('log-z-0', 'log-10-0')).toBe(false);
  });

  it('is a total one within a log', () => {
    fc.assert(
      fc.property(cursor, cursor, cursor, (a, b, c) => {
        expect([isAfter(a, b), isAfter(b, a), a === b].filter(Boolean)).toHaveLength(1);
        expect(isAfter(a, b) && isAfter(b, c) && !isAfter(a, c)).toBe(false);
      }),
    );
  });

  it('puts everything after the beginning, and after nothing at all', () => {
    fc.assert(
      fc.property(cursor, (one) => {
        expect([isAfter(one, EARLIEST), isAfter(one, undefined), isAfter(EARLIEST, one)]).toEqual([
          true,
          true,
          false,
        ]);
      }),
    );
  });

  it('takes whatever another log says for later', () => {
    expect([isAfter('new-1-0', 'old-9-0'), isAfter('old-9-0', 'new-1-0')]).toEqual([true, true]);
  });
});

describe('the earliest of some cursors', () => {
  it('is one of them, and none is before it', () => {
    fc.assert(
      fc.property(fc.array(cursor, { minLength: 1 }), (cursors) => {
        const first = earliestOf(cursors)!;
        expect(cursors).toContain(first);
        expect(cursors.filter((one) => isAfter(first, one))).toEqual([]);
      }),
    );
  });

  it('is the beginning, if that is among them, and nothing among none', () => {
    expect(earliestOf(['log-1-0', EARLIEST, 'log-0-0'])).toBe(EARLIEST);
    expect(earliestOf([])).toBeUndefined();
  });
});

describe('what may be given as since', () => {
  it.each(['earliest', 'log-1-0'])('%s', (since) => {
    expect(() => assertSince(since)).not.toThrow();
  });

  it.each(['', 'latest', 'log', 'log-1', 'log-01-0', 'LOG-1-0'])('not "%s"', (since) => {
    expect(() => assertSince(since)).toThrow('The cursor is malformed');
  });
});
