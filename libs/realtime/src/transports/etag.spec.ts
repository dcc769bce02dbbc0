import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { etagOf, isKnown } from './etag.js';

/** etagc of RFC 9110 section 8.8.3. */
const opaque = fc.stringMatching(/^[\x21\x23-\x7e\x80-\xff]*$/);
const tag = fc.tuple(fc.boolean(), opaque).map(([weak, text]) => `${weak ? 'W/' : ''}"${text}"`);

describe('entity tags', () => {
  it('are weak, and the same for the same text only', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(etagOf(a)).toMatch(/^W\/"[\w-]{16}"$/);
        expect(etagOf(a) === etagOf(b)).toBe(a === b);
      }),
    );
  });

  it('are known if one of a list is the same but for its weakness', () => {
    fc.assert(
      fc.property(fc.array(tag), tag, (tags, own) => {
        const known = tags.some((other) => other.replace('W/', '') === own.replace('W/', ''));
        expect(isKnown(tags.join(', '), own)).toBe(known);
        expect(isKnown([...tags, own].join(','), own)).toBe(true);
      }),
    );
  });

  it('are all known to *, and none to what is no list of tags', () => {
    fc.assert(
      fc.property(tag, (own) => {
        expect(isKnown(' * ', own)).toBe(true);
        expect(isKnown(undefined, own)).toBe(false);
        for (const garbage of ['', 'W/', '"', 'x', ',', '* *']) expect(isKnown(garbage, own)).toBe(false);
      }),
    );
  });
});
