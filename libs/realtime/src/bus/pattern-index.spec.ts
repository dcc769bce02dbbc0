import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PatternIndex } from './pattern-index.js';
import { TopicPattern } from './topic-pattern.js';

const segment = fc.constantFrom('a', 'b', 'realtime', ':a');
const topic = fc.array(fc.constantFrom('a', 'b', 'c', 'realtime'), { minLength: 1, maxLength: 4 });
const pattern = fc
  .tuple(fc.array(fc.oneof(segment, fc.constant('*')), { maxLength: 3 }), fc.constantFrom('a', '*', '**'))
  .map(([head, last]) => [...head, last].join('/'))
  .filter((text) => text.split(':a').length < 3)
  .map((text) => new TopicPattern(text));

describe('an index of patterns', () => {
  it('finds what each of the patterns would', () => {
    fc.assert(
      fc.property(fc.array(pattern), topic, fc.nat(), (patterns, segments, removed) => {
        const index = new PatternIndex<TopicPattern>();
        const removals = patterns.map((pattern) => index.add(pattern, pattern));
        const text = segments.join('/');
        const kept = patterns.filter((_, at) => at % 2 === removed % 2);
        removals.filter((_, at) => at % 2 !== removed % 2).forEach((remove) => remove());
        const expected = kept.filter((pattern) => pattern.match(text));
        expect(new Set(index.match(text))).toEqual(new Set(expected));
      }),
      { numRuns: 2_000 },
    );
  });

  it('has a pattern as often as it was added', () => {
    const index = new PatternIndex<string>();
    const [remove] = [index.add(new TopicPattern('a/*'), 'x'), index.add(new TopicPattern('a/:b'), 'x')];
    expect(index.match('a/1')).toEqual(['x', 'x']);
    remove!();
    remove!();
    expect(index.match('a/1')).toEqual(['x']);
  });
});
