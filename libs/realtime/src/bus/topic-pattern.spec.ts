import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { topicSegment } from 'nestjs-realtime-protocol';
import { TopicPattern } from './topic-pattern.js';

const matches = (pattern: string, topic: string) => new TopicPattern(pattern).match(topic);

describe('a topic pattern', () => {
  it.each([
    ['a', 'a', {}],
    ['a', 'b', undefined],
    ['a', 'a/b', undefined],
    ['a/b', 'a', undefined],
    ['a/*', 'a/b', {}],
    ['a/*', 'a', undefined],
    ['a/*', 'a/b/c', undefined],
    ['*', 'a', {}],
    ['a/**', 'a', undefined],
    ['a/**', 'a/b', {}],
    ['a/**', 'a/b/c', {}],
    ['**', 'a/b', {}],
    ['a/:id', 'a/7', { id: '7' }],
    [':x/b/:y', '1/b/2', { x: '1', y: '2' }],
    ['a/:id/**', 'a/7/b/c', { id: '7' }],
    ['a/:', 'a/:', {}],
    ['a/:1', 'a/7', undefined],
    ['a/b*', 'a/bc', undefined],
    ['a.b', 'aXb', undefined],
    ['A', 'a', undefined],
  ])('%j for %j captures %j', (pattern, topic, params) => {
    expect(matches(pattern, topic)).toEqual(params);
  });

  it('undoes what topicSegment() escapes, and nothing else', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(text, (value) => {
        expect(matches('a/:id', `a/${topicSegment(value)}`)).toEqual({ id: value });
      }),
    );
    for (const segment of ['%', '%4', '%41', '%2f', '%C3%28', '%E0%A4%A', '100%']) {
      expect(matches(':id', segment)).toEqual({ id: segment });
    }
  });

  it('captures under any name, even one that objects have by themselves', () => {
    const params = matches(':__proto__/:constructor', 'a/b');
    expect(Object.entries(params!)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(params).not.toHaveProperty('toString');
  });

  it.each([
    '',
    '/',
    'a/',
    '/a',
    'a//b',
    '**/a',
    'a/**/b',
    '**/**',
    ':id/x/:id',
    'a\tb',
    `a/${'x'.repeat(255)}`,
  ])('is refused when it is none (%#)', (pattern) => {
    expect(() => new TopicPattern(pattern)).toThrow(/is no (pattern|topic)/);
  });
});

const segment = fc.constantFrom('a', 'b', '*', ':x', ':y');
const pattern = fc
  .tuple(fc.array(segment, { maxLength: 3 }), fc.constantFrom('a', 'b', '*', ':z', '**'))
  .map(([front, last]) => [...front, last].join('/'))
  .filter((text) => (text.match(/:x/g)?.length ?? 0) < 2 && (text.match(/:y/g)?.length ?? 0) < 2)
  .map((text) => new TopicPattern(text));
const topic = fc
  .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join('/'));

describe('of two patterns', () => {
  it('one is before the other, or they have one shape or share no topic', () => {
    fc.assert(
      fc.property(pattern, pattern, topic, (left, right, text) => {
        const order = TopicPattern.compare(left, right);
        expect(TopicPattern.compare(right, left) + order).toBe(0);
        fc.pre(left.match(text) !== undefined && right.match(text) !== undefined);
        expect(order === 0).toBe(left.shape === right.shape);
      }),
    );
  });

  it('the order is one, whatever the third', () => {
    fc.assert(
      fc.property(pattern, pattern, pattern, (a, b, c) => {
        fc.pre(TopicPattern.compare(a, b) <= 0 && TopicPattern.compare(b, c) <= 0);
        expect(TopicPattern.compare(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('of one shape, both match or none', () => {
    fc.assert(
      fc.property(pattern, pattern, topic, (left, right, text) => {
        fc.pre(left.shape === right.shape);
        expect(left.match(text) === undefined).toBe(right.match(text) === undefined);
      }),
    );
  });

  it.each([
    ['a/b', 'a/*'],
    ['a/*', 'a/**'],
    ['a/**', '**'],
    ['a/*', '*/b'],
    ['a/b/**', 'a/*/c'],
    ['a/:id/x', 'a/:id/:part'],
  ])('%j wins over %j', (winner, loser) => {
    expect([new TopicPattern(loser), new TopicPattern(winner)].sort(TopicPattern.compare)[0]!.text).toBe(
      winner,
    );
  });
});
