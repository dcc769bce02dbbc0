import type { LogEvent } from '../bus/log-event.js';
import type { ReadQuery } from './engine.interface.js';

export interface FirstPage {
  readonly events: readonly LogEvent[];
  /** Whether these are all. */
  readonly complete: boolean;
}

/** The first of `events` that fit into one page: at least one, if there is one. Takes no more than one beyond. */
export function firstPage(
  events: Iterable<LogEvent>,
  { limit, maxBytes }: Pick<ReadQuery, 'limit' | 'maxBytes'>,
): FirstPage {
  const page: LogEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    bytes += Buffer.byteLength(event.json);
    if (page.length === limit || (page.length > 0 && bytes > maxBytes)) {
      return { events: page, complete: false };
    }
    page.push(event);
  }
  return { events: page, complete: true };
}
