import type { LogEvent } from '../bus/log-event.js';
import type { ReadQuery } from './engine.interface.js';

/** The first of `events` that fit into one page: at least one, if there is one. */
export function firstPage(
  events: readonly LogEvent[],
  { limit, maxBytes }: Pick<ReadQuery, 'limit' | 'maxBytes'>,
): readonly LogEvent[] {
  let bytes = 0;
  let end = 0;
  for (const event of events) {
    bytes += Buffer.byteLength(event.json);
    if (end === limit || (end > 0 && bytes > maxBytes)) break;
    end++;
  }
  return end === events.length ? events : events.slice(0, end);
}
