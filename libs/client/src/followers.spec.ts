import { describe, expect, it } from '@jest/globals';
import { follow, start } from '../../../test/client/hand-followers.js';
import { cursor, type HandLine } from '../../../test/client/hand-transport.js';
import { RealtimeClientError } from './client.error.js';

const FORBIDDEN = new RealtimeClientError('forbidden', 'No.');

describe('followers over one line', () => {
  it('are read for from the earliest place on, and told what is later than their own', () => {
    const { followers, line } = start();
    const early = follow(followers, ['a'], cursor(2));
    const late = follow(followers, ['a'], cursor(4));
    const other = follow(followers, ['b'], cursor(3));
    followers.follow([line]);
    expect(line.followed).toEqual([{ topics: ['a', 'b'], since: cursor(2) }]);
    line.events(3, 4, 5);
    expect([early.told, late.told, other.told]).toEqual([[3, 4, 5], [5], []]);
  });

  it('are told nothing twice, however lines overlap', () => {
    const { followers, line } = start();
    const { told, follower } = follow(followers, ['a'], cursor(0));
    followers.follow([line]);
    line.events(1, 2, 3);
    line.events(2, 3, 4);
    followers.moved(cursor(3));
    line.events(4, 5);
    expect(told).toEqual([1, 2, 3, 4, 5]);
    expect(follower.cursor).toBe(cursor(5));
  });

  it('are told nothing by a line that does not read for them yet', () => {
    const { followers, line } = start();
    follow(followers, ['b'], cursor(0));
    followers.follow([line]);
    const late = follow(followers, ['a'], cursor(0));
    line.events(2);
    expect(late.told).toEqual([]);
    followers.follow([line]);
    line.events(1, 2);
    expect(late.told).toEqual([1, 2]);
  });

  it('are told the state of their own topics', () => {
    const { followers, line } = start();
    const one = follow(followers, ['a', 'b']);
    const other = follow(followers, ['c']);
    followers.follow([line]);
    followers.snapshot(cursor(7), { a: 1, c: 2 });
    expect([one.told, other.told]).toEqual([[{ a: 1 }], [{ c: 2 }]]);
    expect([one.follower.cursor, other.follower.cursor]).toEqual([cursor(7), cursor(7)]);
  });

  it('find their place beside others, with their state', async () => {
    const { followers, line } = start();
    const settled = follow(followers, ['a'], cursor(1));
    const fresh = follow(followers, ['b']);
    line.joined = (topics) => ({ cursor: cursor(9), states: { [topics[0]!]: 'ready' } });
    await followers.place(line);
    expect([settled.told, fresh.told]).toEqual([[], [{ b: 'ready' }]]);
    expect([settled.follower.cursor, fresh.follower.cursor]).toEqual([cursor(1), cursor(9)]);
  });
});

describe('followers that a server refuses', () => {
  function refusing(line: HandLine, topic: string): void {
    line.joined = (topics) => {
      if (topics.includes(topic)) throw FORBIDDEN;
      return { cursor: cursor(0) };
    };
  }

  it('end, and the others do not', async () => {
    const { followers, line } = start();
    const [one, two, three] = ['a', 'b', 'c'].map((topic) => follow(followers, [topic], cursor(0)));
    followers.follow([line]);
    refusing(line, 'b');
    await followers.refuse(line, FORBIDDEN);
    expect([one, two, three].map((its) => its?.told)).toEqual([[], ['forbidden'], []]);
  });

  it('are not those that it agreed to before', async () => {
    const { followers, line } = start();
    const old = follow(followers, ['a'], cursor(0));
    followers.follow([line]);
    followers.accept();
    const fresh = follow(followers, ['b'], cursor(0));
    await followers.refuse(line, FORBIDDEN);
    expect([old.told, fresh.told]).toEqual([[], ['forbidden']]);
  });

  it('are the last, when each is welcome and all are too many', async () => {
    const { followers, line } = start();
    const [first, last] = ['a', 'b'].map((topic) => follow(followers, [topic], cursor(0)));
    followers.follow([line]);
    await followers.refuse(line, new RealtimeClientError('too-many-topics', 'Too many.'));
    expect([first?.told, last?.told]).toEqual([[], ['too-many-topics']]);
  });

  it('stay, when the network fails while that is looked into', async () => {
    const { followers, line } = start();
    const both = ['a', 'b'].map((topic) => follow(followers, [topic], cursor(0)));
    followers.follow([line]);
    line.joined = () => {
      throw new RealtimeClientError('network', 'Gone.');
    };
    await expect(followers.refuse(line, FORBIDDEN)).rejects.toMatchObject({ code: 'network' });
    expect(both.map(({ told }) => told)).toEqual([[], []]);
  });
});
