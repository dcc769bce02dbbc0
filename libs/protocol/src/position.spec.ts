import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_CURSOR_BYTES, Position } from './position.js';
import { ProtocolError } from './protocol.error.js';

const number = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 1, 35, 36, Number.MAX_SAFE_INTEGER));
const epoch = fc.stringMatching(/^[a-z0-9]{1,16}$/);
const position = fc.tuple(epoch, number, number).map(([epoch, ms, seq]) => new Position(epoch, ms, seq));
const pair = fc
  .tuple(epoch, number, number, number, number)
  .map(([epoch, ...n]) => [new Position(epoch, n[0], n[1]), new Position(epoch, n[2], n[3])] as const);

function refusal(cursor: string): unknown {
  try {
    return Position.parse(cursor);
  } catch (error) {
    return error;
  }
}

describe('a cursor', () => {
  it('reads back as the position it was written from', () => {
    fc.assert(
      fc.property(position, (place) => {
        const { epoch, ms, seq } = Position.parse(place.toString());
        expect([epoch, ms, seq]).toEqual([place.epoch, place.ms, place.seq]);
      }),
    );
  });

  it('has only bytes that need no preflight, and few of them', () => {
    fc.assert(
      fc.property(position, (place) => {
        expect(place.toString()).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(place.toString().length).toBeLessThanOrEqual(MAX_CURSOR_BYTES);
        expect(JSON.stringify({ place })).toBe(`{"place":"${place.toString()}"}`);
      }),
    );
  });

  it('is what the norm says', () => {
    const place = Position.parse('k3x9-mq7r1l0a-0');
    expect(place).toMatchObject({ epoch: 'k3x9', ms: Number.parseInt('mq7r1l0a', 36), seq: 0 });
    expect(String(place)).toBe('k3x9-mq7r1l0a-0');
  });

  it('is the only one of its place: whatever else is accepted is written the same', () => {
    const almost = fc
      .tuple(position, fc.nat(60), fc.constantFrom('', '0', '-', '.', 'A', ' ', '\n', '_', 'z', 'é'))
      .map(([place, at, text]) => `${place.toString().slice(0, at)}${text}${place.toString().slice(at)}`);
    fc.assert(
      fc.property(
        fc.oneof(almost, fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z0-9-]*$/)),
        (text) => {
          const read = refusal(text);
          const refused = read instanceof ProtocolError && read.code === 'cursor-malformed';
          expect(refused || String(read) === text).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '',
    '-',
    '--',
    'latest',
    'a-1',
    'a-1-1-1',
    '-1-1',
    'a--1',
    'a-1-',
    'a-01-1',
    'a-1-00',
    'A-1-1',
    'a-A-1',
    'a-1-1\n',
    ' a-1-1',
    'a-1.5-1',
    'a-+1-1',
    'a-zzzzzzzzzzz-1',
    'a-2gosa7pa2gw-0',
    'a-1-2gosa7pa2gw',
    'a-1-1_a-1-1',
    `${'a'.repeat(17)}-1-1`,
    'a-1-1'.padEnd(1_000_000, '1'),
  ])('is not %j', (cursor) => {
    expect(refusal(cursor.slice(0, 2_000_000))).toBeInstanceOf(ProtocolError);
  });

  it.each([undefined, null, 1, ['a-1-1'], { toString: () => 'a-1-1' }])('is text, not %j', (cursor) => {
    expect(refusal(cursor as unknown as string)).toBeInstanceOf(ProtocolError);
  });

  it('of the last place that can be exact is read, and of the next is not', () => {
    expect(Position.parse('a-2gosa7pa2gv-2gosa7pa2gv')).toMatchObject({
      ms: Number.MAX_SAFE_INTEGER,
      seq: Number.MAX_SAFE_INTEGER,
    });
    expect(refusal('a-2gosa7pa2gw-0')).toBeInstanceOf(ProtocolError);
  });
});

describe('positions of one epoch', () => {
  it('are ordered totally: by time, then by number', () => {
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const same = one.ms === other.ms && one.seq === other.seq;
        expect([one.isAfter(other), other.isAfter(one), same].filter(Boolean)).toHaveLength(1);
        const later = one.ms === other.ms ? one.seq > other.seq : one.ms > other.ms;
        expect(one.isAfter(other)).toBe(later);
      }),
    );
  });

  it('keep their order through their cursors', () => {
    fc.assert(
      fc.property(fc.array(position), (places) => {
        const order = (list: Position[]) =>
          list.sort((one, other) => (one.isAfter(other) ? 1 : other.isAfter(one) ? -1 : 0)).map(String);
        const read = places.map((place) => Position.parse(place.toString()));
        expect(order(read)).toEqual(order([...places]));
      }),
    );
  });
});
