import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ProtocolError } from './protocol.error.js';
import { assertTopic, assertType, MAX_TOPIC_BYTES, MAX_TYPE_BYTES, topicSegment } from './topic.js';

/** Text of all kinds: whole code points, and such as no encoder would write. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('a', '/', '%', '*', '2', 'F', '\0', '\n', '\u2028', '\u009f', 'ü', '😀'),
  }),
  fc.string(),
);
const units = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
});

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Whether its surrogates are all paired: else UTF-8 cannot hold it. */
function isWellFormed(value: string): boolean {
  return Buffer.from(value).toString() === value;
}

function accepts(check: (value: unknown) => void, value: unknown): boolean {
  try {
    check(value);
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

const isTopic = (value: unknown) => accepts(assertTopic, value);
const isType = (value: unknown) => accepts(assertType, value);

/** The norm once more, in the plainest words. */
function isTopicByTheNorm(topic: string): boolean {
  return (
    isWellFormed(topic) &&
    !CONTROL.test(topic) &&
    Buffer.byteLength(topic) <= 256 &&
    topic.split('/').every((segment) => segment !== '' && segment !== '*' && segment !== '**')
  );
}

describe('a topic', () => {
  it('is what the norm says, for any text', () => {
    const joined = fc.array(text, { maxLength: 4 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.oneof(text, units, joined), (topic) => {
        expect(isTopic(topic)).toBe(isTopicByTheNorm(topic));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is at most 256 bytes of UTF-8, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('a', 'ü', '€', '😀', 'aü€😀'),
        fc.integer({ min: 1, max: 300 }),
        (char, count) => {
          const topic = char.repeat(count);
          expect(isTopic(topic)).toBe(Buffer.byteLength(topic) <= MAX_TOPIC_BYTES);
        },
      ),
    );
  });

  it.each(['a', 'orders/42', 'a b', 'a/***', 'a*', '*a', 'größe/😀', '..', '__proto__', '%2F', ':id', '?#'])(
    'may be %j',
    (topic) => expect(isTopic(topic)).toBe(true),
  );

  it.each([
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '*',
    '**',
    'a/*',
    'a/**/b',
    'a\n',
    '\u0085',
    'a\u2029',
    '\ud800',
    1,
    null,
    [],
  ])('is not %j', (topic) => expect(isTopic(topic)).toBe(false));

  it.each([undefined, null, 1, {}, ['a'], Symbol('a'), 1n, 'x'.repeat(1_000_000)])(
    'that is refused is told why, briefly',
    (topic) => {
      expect(() => assertTopic(topic)).toThrow(/^.{1,120} is no topic: .{1,60}\.$/);
      expect(() => assertTopic(topic)).toThrow(expect.objectContaining({ code: 'topic-invalid' }));
    },
  );
});

describe('a topic segment', () => {
  const segments = text.filter((value) => value !== '' && isWellFormed(value));

  it('made of any text stays one segment, and no pattern', () => {
    fc.assert(
      fc.property(segments, (value) => {
        const segment = topicSegment(value);
        expect(segment).not.toContain('/');
        expect(isTopic(segment)).toBe(Buffer.byteLength(segment) <= MAX_TOPIC_BYTES);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never makes one topic of two different lists of segments', () => {
    const list = fc.array(segments, { minLength: 1, maxLength: 3 });
    const topicOf = (parts: string[]) => parts.map(topicSegment).join('/');
    fc.assert(
      fc.property(list, list, (some, others) => {
        expect(topicOf(some) === topicOf(others)).toBe(JSON.stringify(some) === JSON.stringify(others));
        expect(topicOf(some).split('/').map(decodeURIComponent)).toEqual(some);
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves alone what needs no escaping', () => {
    for (const value of ['orders', 'größe 😀', 'a*b', '***', '..', ':id'])
      expect(topicSegment(value)).toBe(value);
    expect(topicSegment(42)).toBe('42');
  });

  it('escapes what would mean something', () => {
    expect(['a/b', '%2F', '*', '**', 'a\nb', '\u2028'].map(topicSegment)).toEqual([
      'a%2Fb',
      '%252F',
      '%2A',
      '%2A%2A',
      'a%0Ab',
      '%E2%80%A8',
    ]);
  });

  it.each(['', '\ud800', 'a\udc00b'])('is not made of %j', (value) => {
    expect(() => topicSegment(value)).toThrow(expect.objectContaining({ code: 'topic-invalid' }));
  });
});

describe('an event type', () => {
  it('is 1 to 128 bytes without control characters, and not of the server', () => {
    fc.assert(
      fc.property(fc.oneof(text, units, fc.constantFrom('$reset', '$', 'a$')), (type) => {
        const wanted =
          type !== '' &&
          isWellFormed(type) &&
          !CONTROL.test(type) &&
          !type.startsWith('$') &&
          Buffer.byteLength(type) <= MAX_TYPE_BYTES;
        expect(isType(type)).toBe(wanted);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    ['ü'.repeat(64), true],
    ['ü'.repeat(65), false],
    ['😀'.repeat(32), true],
    ['😀'.repeat(33), false],
    ['order.ready', true],
    [' ', true],
    ['$live', false],
    ['a\r\ndata: b', false],
    [undefined, false],
    [1, false],
  ])('%j: %j', (type, is) => {
    expect(isType(type)).toBe(is);
  });

  it('that is refused is told why', () => {
    expect(() => assertType('$reset')).toThrow('"$reset" is no event type: names beginning with $ are kept');
    expect(() => assertType('')).toThrow(expect.objectContaining({ code: 'type-invalid' }));
  });
});
