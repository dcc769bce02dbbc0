import { describe, expect, it } from '@jest/globals';
import { textFrame } from './socket-encoding.js';

/** A frame of a server as RFC 6455 section 5.2 has it, read byte by byte. */
function read(frame: Buffer): { first: number; masked: boolean; payload: string } {
  const first = frame[0]!;
  const length = frame[1]! & 0x7f;
  const header = length < 126 ? 2 : length === 126 ? 4 : 10;
  const bytes =
    header === 2 ? length : header === 4 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
  expect(frame).toHaveLength(header + bytes);
  return { first, masked: frame[1]! > 0x7f, payload: frame.subarray(header).toString() };
}

describe('a text frame', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 1_000_000])('of %d bytes', (length) => {
    const text = 'x'.repeat(length);
    expect(read(textFrame(text))).toEqual({ first: 0x81, masked: false, payload: text });
    // The shortest form of a length is the only one allowed.
    const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    expect(textFrame(text)).toHaveLength(header + length);
  });

  it('counts bytes, not characters', () => {
    for (const text of ['ü'.repeat(63), '€'.repeat(42), '😀'.repeat(16_384)]) {
      expect(read(textFrame(text)).payload).toBe(text);
    }
  });
});
