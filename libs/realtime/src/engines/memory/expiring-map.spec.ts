import { expect, it } from '@jest/globals';
import { ExpiringMap } from './expiring-map.js';

it('forgets what has expired', () => {
  let now = 0;
  const map = new ExpiringMap<string>(() => now, 10);
  map.set('a', 'A', 100);
  now = 99;
  expect(map.get('a')).toBe('A');
  now = 100;
  expect(map.get('a')).toBeUndefined();
});

it('keeps no more than the last ones set', () => {
  const map = new ExpiringMap<number>(() => 0, 3);
  for (let key = 0; key < 5; key++) map.set(`${key}`, key, 1_000);
  map.set('2', 22, 1_000);
  map.set('5', 5, 1_000);
  expect(['0', '1', '2', '3', '4', '5'].map((key) => map.get(key))).toEqual([
    undefined,
    undefined,
    22,
    undefined,
    4,
    5,
  ]);
});

it('forgets what is deleted, and takes it anew', () => {
  const map = new ExpiringMap<number>(() => 0, 3);
  map.set('a', 1, 1_000);
  map.delete('a');
  expect(map.get('a')).toBeUndefined();
  map.set('a', 2, 1_000);
  expect(map.get('a')).toBe(2);
});
