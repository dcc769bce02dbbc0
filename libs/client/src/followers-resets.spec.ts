import { describe, expect, it } from '@jest/globals';
import { follow, start } from '../../../test/client/hand-followers.js';

const at = (place: number, epoch = 'e') => `${epoch}-1-${place}`;
const event = (place: number, epoch = 'e') => ({
  id: at(place, epoch),
  topic: 'a',
  type: 'message',
  data: place,
  time: '2026-11-24T12:00:00.000Z',
});

describe('followers whose history was lost', () => {
  it('are those that were so far back; the others ask again from their own place', () => {
    const { followers, changes, line } = start();
    const back = follow(followers, ['a'], at(1));
    const ahead = follow(followers, ['a'], at(5));
    followers.follow([line]);
    changes.length = 0;
    followers.reset('expired', at(8));
    followers.snapshot(at(8), { a: 'state' });
    followers.events([event(9)]);
    expect(back.told).toEqual(['expired', { a: 'state' }, 9]);
    expect(ahead.told).toEqual([]);
    expect(changes).toHaveLength(1);
    followers.follow([line]);
    expect(line.followed.at(-1)).toMatchObject({ since: at(5) });
    followers.events([6, 7, 8, 9].map((place) => event(place)));
    expect(ahead.told).toEqual([6, 7, 8, 9]);
    expect(back.told).toEqual(['expired', { a: 'state' }, 9]);
  });

  it('are all that are covered, if there is another log', () => {
    const { followers, line } = start();
    const [back, ahead] = [follow(followers, ['a'], at(1)), follow(followers, ['a'], at(5))];
    followers.follow([line]);
    followers.reset('epoch', at(1, 'f'));
    followers.events([event(2, 'f')]);
    expect([back.told, ahead.told]).toEqual([
      ['epoch', 2],
      ['epoch', 2],
    ]);
  });

  it('are told so when they hear of another log, though the line was asked for a place in that', () => {
    const { followers, line } = start();
    const before = follow(followers, ['a'], at(5));
    const quiet = follow(followers, ['b'], at(5));
    const after = follow(followers, ['a'], at(1, 'f'));
    followers.follow([line]);
    followers.events([event(2, 'f')]);
    followers.moved(at(3, 'f'));
    expect(before.told).toEqual(['epoch', 2]);
    expect(quiet.told).toEqual(['epoch']);
    expect(after.told).toEqual([2]);
    for (const { follower } of [before, quiet, after]) expect(follower.cursor).toBe(at(3, 'f'));
  });
});
