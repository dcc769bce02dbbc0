import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.js';

const read = (value: string) => retryAfterMs(new Headers({ 'Retry-After': value }));

describe('Retry-After', () => {
  it('is read in seconds', () => {
    expect([read('0'), read('3'), read(' 12 ')]).toEqual([0, 3_000, 12_000]);
  });

  it('is read as a date, which may be over', () => {
    const ms = read(new Date(Date.now() + 600_000).toUTCString())!;
    expect(ms > 590_000 && ms <= 600_000).toBe(true);
    expect(read(new Date(0).toUTCString())).toBe(0);
  });

  it('is no longer than an hour', () => {
    expect([read('999999999999'), read('Fri, 31 Dec 9999 23:59:59 GMT')]).toEqual([3_600_000, 3_600_000]);
  });

  it('is nothing where it is none, or not understood', () => {
    expect([retryAfterMs(new Headers()), read(''), read('soon'), read('-')]).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
  });
});
