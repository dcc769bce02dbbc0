import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { PublishMessage } from 'nestjs-realtime-protocol';
import { RealtimeClientError } from './client.error.js';
import { publish } from './publish.js';

beforeEach(() => void jest.useFakeTimers());

afterEach(() => void jest.useRealTimers());

/** Publishes to a server that answers with these, one after the other; the last of them for ever. */
function start(answers: readonly (string | RealtimeClientError)[]) {
  const sent: PublishMessage[] = [];
  const over = new AbortController();
  const send = (message: PublishMessage) => {
    sent.push(message);
    const answer = answers[Math.min(sent.length, answers.length) - 1]!;
    return typeof answer === 'string' ? Promise.resolve(answer) : Promise.reject(answer);
  };
  const outcome = publish({ topic: 'a', data: 1 }, send, over.signal).catch((error: unknown) => error);
  return { sent, over, outcome };
}

function failure(code: string, status?: number, retryAfterMs?: number): RealtimeClientError {
  return new RealtimeClientError(code, code, status, retryAfterMs);
}

describe('publishing', () => {
  it.each([
    ['the network fails', failure('network')],
    ['nobody answers', failure('timeout')],
    ['the line is closed', failure('closed')],
    ['the server fails', failure('internal', 500)],
    ['the server asks for patience', failure('too-many-connections', 429, 1_000)],
  ])('is tried again when %s, as the same event', async (_, error) => {
    const { sent, outcome } = start([error, error, 'log-1-1']);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await outcome).toBe('log-1-1');
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(sent[0]!.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
  });

  it('has another key for another event', async () => {
    const keys = [start(['log-1-1']), start(['log-1-2'])].map(({ sent }) => sent[0]!.idempotencyKey);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('waits as long as the server says', async () => {
    const { sent } = start([failure('too-many-connections', 429, 5_000), 'log-1-1']);
    await jest.advanceTimersByTimeAsync(4_999);
    expect(sent).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(sent).toHaveLength(2);
  });

  it('is not tried again when the server refuses', async () => {
    const { sent, outcome } = start([failure('forbidden', 403)]);
    expect(await outcome).toMatchObject({ code: 'forbidden' });
    expect(sent).toHaveLength(1);
  });

  it('is given up after five times', async () => {
    const { sent, outcome } = start([failure('network')]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await outcome).toMatchObject({ code: 'network' });
    expect(sent).toHaveLength(5);
  });

  it('ends with the client', async () => {
    const { sent, over, outcome } = start([failure('network')]);
    const closed = failure('closed');
    await jest.advanceTimersByTimeAsync(0);
    over.abort(closed);
    expect(await outcome).toBe(closed);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
  });
});
