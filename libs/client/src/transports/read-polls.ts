import { HEADERS, type PollAnswer } from 'nestjs-realtime-protocol';
import { RealtimeClientError } from '../client.error.js';
import { sleep } from '../timing.js';
import type { ReadHub } from './http-line.js';
import { readJson } from './hub.js';
import type { LineListener, States } from './line.js';

/** When to ask again after an answer that does not say so. */
const PAUSE_MS = 2_000;

interface Poll {
  readonly answer: PollAnswer;
  readonly retryMs: number | undefined;
}

/** Asks at once, and again when the server says. */
export const readShortPolls: ReadHub = async (hub, { topics, since }, listener, signal) => {
  for (let cursor = since; ;) {
    const { answer, retryMs } = await hub.ask(
      { topics, since: cursor },
      'application/json',
      signal,
      readPoll,
    );
    signal.throwIfAborted();
    tell(answer, listener);
    cursor = answer.cursor;
    const isPage = retryMs === undefined && answer.events.length > 0;
    if (isPage) continue;
    listener.live();
    await sleep(retryMs ?? PAUSE_MS, signal);
  }
};

/** @param waitS how long the server may wait for something new, in seconds */
export function readLongPolls(waitS: number): ReadHub {
  return async (hub, { topics, since }, listener, signal) => {
    for (let cursor = since; ;) {
      const query = { topics, since: cursor, waitS };
      const { answer, retryMs } = await hub.ask(query, 'application/json', signal, readPoll);
      signal.throwIfAborted();
      tell(answer, listener);
      listener.live();
      cursor = answer.cursor;
      // Only a server that shuts down says when to ask it again.
      if (retryMs !== undefined) return { retryMs };
    }
  };
}

async function readPoll(response: Response): Promise<Poll> {
  const seconds = response.headers.get('retry-after');
  const answer = response.status === 204 ? nothingNew(response) : await readJson<PollAnswer>(response);
  return { answer, retryMs: seconds === null ? undefined : Number(seconds) * 1_000 };
}

function nothingNew({ headers }: Response): PollAnswer {
  const cursor = headers.get(HEADERS.cursor);
  if (cursor) return { cursor, events: [] };
  throw new RealtimeClientError('answer-invalid', `${HEADERS.cursor} is missing: does CORS expose it?`);
}

function tell({ cursor, events, reset, snapshot }: PollAnswer, listener: LineListener): void {
  listener.opened();
  if (reset) listener.reset(reset.reason, cursor);
  if (snapshot !== undefined) listener.snapshot(cursor, snapshot as States);
  if (events.length > 0) listener.events(events);
  listener.moved(cursor);
}
