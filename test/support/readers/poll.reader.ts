import type { PollAnswer } from 'nestjs-realtime-protocol';
import { turns } from '../turns.js';
import { type HttpAnswer, HttpLine } from './http-answer.js';
import type { Listener, TransportReader } from './transport-reader.js';

/** Polls in log mode, short or long: of a route or of the hub. */
export class PollReader implements TransportReader {
  constructor(
    readonly name: string,
    /** Path and query, without `since`. */
    private readonly path: string,
  ) {}

  async read(url: string, since: string | undefined, listener: Listener, signal: AbortSignal): Promise<void> {
    using line = new HttpLine(signal);
    for (let cursor = since; !signal.aborted;) {
      const target = new URL(this.path, url);
      if (cursor) target.searchParams.set('since', cursor);
      const answer = await line.ask(target.href);
      if (!answer || answer.status === 503) return;
      if (answer.status === 500) return listener.failed();
      cursor = hear(answer, listener);
      // What a client would wait for `Retry-After`.
      await turns(2);
    }
  }
}

/** @returns where to go on from */
function hear({ status, headers, body }: HttpAnswer, listener: Listener): string {
  const cursor = headers['realtime-cursor'];
  if (typeof cursor !== 'string') throw new Error(`${status} without a cursor: ${body}`);
  if (status === 200) hearBody(JSON.parse(body) as PollAnswer, cursor, listener);
  else if (status === 204 && body === '') listener.moved(cursor);
  else throw new Error(`${status}: ${body}`);
  return cursor;
}

function hearBody(answer: PollAnswer, cursor: string, listener: Listener): void {
  if (answer.cursor !== cursor) throw new Error(`${answer.cursor} in the body, ${cursor} in the header`);
  if (answer.reset) listener.reset(answer.reset.reason, cursor);
  if (answer.snapshot !== undefined) listener.snapshot?.(answer.snapshot);
  for (const event of answer.events) listener.event(event);
  listener.moved(cursor);
}
