import { describe, expect, it } from '@jest/globals';
import { topic, TopicRef, topics } from './topic-ref.js';

describe('topic()', () => {
  it('escapes its segments, so that none reaches into another', () => {
    expect(topic('orders', 42).topics).toEqual(['orders/42']);
    expect(topic('orders', '42/secret', '*').topics).toEqual(['orders/42%2Fsecret/%2A']);
    expect(topic('orders', 42).toString()).toBe('orders/42');
  });

  it.each([[[]], [['']], [['orders', '']], [['x'.repeat(200), 'x'.repeat(56)]]])('refuses %j', (segments) => {
    expect(() => topic(...segments)).toThrow(expect.objectContaining({ code: 'topic-invalid' }));
  });
});

describe('topics()', () => {
  it('are sorted, each once, of refs and text', () => {
    expect(topics('menu', topic('orders', 2), topics('b', 'a'), 'menu').topics).toEqual([
      'a',
      'b',
      'menu',
      'orders/2',
    ]);
  });

  it('that differ in order or number are one feed', () => {
    expect(topics('a', 'b', 'a').topics).toEqual(topics('b', 'a').topics);
  });

  it('refuse a pattern', () => {
    expect(() => topics('a', 'orders/*')).toThrow(expect.objectContaining({ code: 'topic-invalid' }));
  });
});

describe('snapshot()', () => {
  it('makes another ref, and leaves the first without', () => {
    const plain = topic('a');
    const load = () => 1;
    const loaded = plain.snapshot(load);
    expect(loaded).toBeInstanceOf(TopicRef);
    expect([loaded.topics, loaded.load, plain.load]).toEqual([['a'], load, undefined]);
  });
});
