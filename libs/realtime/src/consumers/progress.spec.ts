import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Position } from 'nestjs-realtime-protocol';
import { Progress } from './progress.js';

const at = (seq: number) => new Position('a', 0, seq);

/** Takes 1 to `count`, and ends these. */
function progressOf(count: number, ended: readonly number[]): Progress {
  const progress = new Progress(at(0));
  for (let seq = 1; seq <= count; seq++) progress.begin(at(seq));
  for (const seq of ended) progress.end(at(seq));
  return progress;
}

const some = fc
  .integer({ min: 1, max: 12 })
  .chain((count) =>
    fc.tuple(fc.constant(count), fc.subarray(Array.from({ length: count }, (_, index) => index + 1))),
  );

describe('progress', () => {
  it('is where all before has ended', () => {
    fc.assert(
      fc.property(some, ([count, ended]) => {
        const progress = progressOf(count, ended);
        let last = 0;
        while (ended.includes(last + 1)) last++;
        expect(progress.cursor.seq).toBe(last);
      }),
    );
  });

  it('is the same when it was written down and read', () => {
    fc.assert(
      fc.property(some, ([count, ended]) => {
        const { place } = progressOf(count, ended);
        const again = Progress.at(place);
        expect(again.place).toEqual(place);
        for (let seq = 1; seq <= count; seq++) {
          expect([again.hasTaken(at(seq)), again.isLeft(at(seq))]).toEqual([true, !ended.includes(seq)]);
        }
        expect(again.hasTaken(at(count + 1))).toBe(false);
      }),
    );
  });

  it('goes on where it was: what is left is taken once, and ends', () => {
    fc.assert(
      fc.property(some, ([count, ended]) => {
        const again = Progress.at(progressOf(count, ended).place);
        for (let seq = 1; seq <= count; seq++) if (again.isLeft(at(seq))) again.begin(at(seq));
        for (let seq = 1; seq <= count; seq++) {
          expect(again.isLeft(at(seq))).toBe(false);
          again.end(at(seq));
        }
        expect(again.place).toEqual({ cursor: at(count).toString() });
      }),
    );
  });

  it('rewound, it forgets what came after', () => {
    fc.assert(
      fc.property(some, fc.nat(12), ([count, ended], seq) => {
        const rewound = progressOf(count, ended).rewound(at(seq));
        const open = Array.from({ length: count }, (_, index) => index + 1).filter(
          (taken) => taken <= seq && !ended.includes(taken),
        );
        expect(rewound.place.open ?? []).toEqual(open.map((taken) => at(taken).toString()));
        expect([rewound.hasTaken(at(seq)), rewound.hasTaken(at(seq + 1))]).toEqual([true, false]);
      }),
    );
  });
});
