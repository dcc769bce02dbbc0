import { describe, expect, it } from '@jest/globals';
import { Position } from 'nestjs-realtime-protocol';
import { Batch } from './batch.js';
import { LogEvent } from './log-event.js';
import { Turn } from './turn.js';

let seq = 0;

function event(json = 'null'): LogEvent {
  return new LogEvent(new Position('a', 0, seq++), 'a', 'message', json, undefined);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('a batch', () => {
  it('is encoded once per format, also to nothing', () => {
    const calls: string[] = [];
    const format = (name: string, output: string | undefined) => ({
      encode: () => {
        calls.push(name);
        return output;
      },
    });
    const [frame, empty] = [format('frame', 'frame'), format('empty', '')];
    const batch = new Batch([event()]);
    for (let reader = 0; reader < 3; reader++) {
      expect(batch.as(frame)).toBe('frame');
      expect(batch.as(empty)).toBe('');
    }
    expect(calls).toEqual(['frame', 'empty']);
  });
});

describe('a turn', () => {
  it('ends once, with every task that was scheduled in it', async () => {
    const turn = new Turn();
    const ended: string[] = [];
    const again = { endTurn: () => ended.push('again') };
    const first = {
      endTurn: () => {
        ended.push('first');
        turn.schedule(again);
      },
    };
    const second = { endTurn: () => ended.push('second') };
    for (const task of [first, second, first]) turn.schedule(task);
    expect(ended).toEqual([]);
    await nextTurn();
    expect(ended).toEqual(['first', 'second']);
    await nextTurn();
    expect(ended).toEqual(['first', 'second', 'again']);
  });

  it('shares the batch of a single event until it ends', async () => {
    const turn = new Turn();
    const one = event();
    const shared = turn.batch([one]);
    expect(turn.batch([one])).toBe(shared);
    expect(turn.batch([event()])).not.toBe(shared);
    expect(turn.batch([one, event()])).not.toBe(shared);
    turn.schedule({ endTurn: () => expect(turn.batch([one])).toBe(shared) });
    await nextTurn();
    expect(turn.batch([one])).not.toBe(shared);
  });
});

describe('an event', () => {
  it('is parsed and frozen for readers, however deep', () => {
    const depth = 50_000;
    const { data } = event(`${'['.repeat(depth)}${']'.repeat(depth)}`).toTopicEvent();
    let levels = 0;
    for (let level = data as unknown[]; level; level = level[0] as unknown[]) {
      if (!Object.isFrozen(level)) throw new Error(`level ${levels} is not frozen`);
      levels++;
    }
    expect(levels).toBe(depth);
  });

  it('keeps a key named __proto__ as data', () => {
    const { data } = event('{"__proto__":{"admin":true}}').toTopicEvent();
    expect(Object.keys(data as object)).toEqual(['__proto__']);
    expect((data as { admin?: boolean }).admin).toBeUndefined();
  });
});
