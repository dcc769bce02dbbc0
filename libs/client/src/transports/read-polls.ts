import { HEADERS, type PollAnswer } from 'nestjs-realtime-protocol';
import { RealtimeClientError } from '../client.error.js';
import { sleep } from '../timing.js';
import type { ReadHub } from './http-line.js';
import { readJson } from './hub.js';
import type { LineListener, States } from './line.js';
import { retryAfterMs } from './retry-after.js';

/** When to ask again after an answer that does not say so. */
const PAUSE_MS = 2_000;
/** Whoever has nothing new to say and says it sooner than this has not waited. */
const HASTY_MS = 1_000;

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
      const askedAt = Date.now();
      const query = { topics, since: cursor, waitS };
      const { answer, retryMs } = await hub.ask(query, 'application/json', signal, readPoll);
      signal.throwIfAborted();
      tell(answer, listener);
      listener.live();
      // Only a server that shuts down says when to ask it again.
      if (retryMs !== undefined) return { retryMs };
      // Something between here and the server does not let it wait.
      const isHasty = answer.cursor === cursor && Date.now() - askedAt < Math.min(HASTY_MS, waitS * 500);
      if (isHasty) await sleep(PAUSE_MS, signal);
      cursor = answer.cursor;
    }
  };
}

async function readPoll(response: Response): Promise<Poll> {
  const answer = response.status === 204 ? nothingNew(response) : await readJson<PollAnswer>(response);
  return { answer, retryMs: retryAfterMs(response.headers) };
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
