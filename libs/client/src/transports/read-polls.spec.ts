import { describe, expect, it, jest } from '@jest/globals';
import type { Hub } from './hub.js';
import type { LineListener } from './line.js';
import { readLongPolls } from './read-polls.js';

describe('long polls', () => {
  it('are not asked for again at once where something answers them instead of the server', async () => {
    jest.useFakeTimers();
    const over = new AbortController();
    const ask = jest.fn(() =>
      Promise.resolve({ answer: { cursor: 'e-1-0', events: [] }, retryMs: undefined }),
    );
    const listener = { opened() {}, moved() {}, live() {} } as Partial<LineListener> as LineListener;
    const query = { topics: ['a'], since: 'e-1-0' };
    const reading = readLongPolls(25)({ ask } as unknown as Hub, query, listener, over.signal);
    await jest.advanceTimersByTimeAsync(1_999);
    expect(ask).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(ask).toHaveBeenCalledTimes(2);
    over.abort(new Error('over'));
    await expect(reading).rejects.toThrow('over');
    jest.useRealTimers();
  });
});
