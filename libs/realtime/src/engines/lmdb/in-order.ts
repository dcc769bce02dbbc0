import type { LogEvent } from '../../bus/log-event.js';

/** Events of several topics, each in the order of the log, in the order of the log. */
export function* inOrder(topics: readonly Iterator<LogEvent, void>[]): Generator<LogEvent, void> {
  try {
    const next = topics.map((topic) => topic.next());
    for (;;) {
      const first = earliest(next);
      const event = first === undefined ? undefined : next[first]?.value;
      if (first === undefined || !event) return;
      yield event;
      next[first] = topics[first]!.next();
    }
  } finally {
    for (const topic of topics) topic.return?.();
  }
}

/** Where the earliest event is; undefined when all have ended. */
function earliest(results: readonly IteratorResult<LogEvent, void>[]): number | undefined {
  let found: number | undefined;
  let position: LogEvent['position'] | undefined;
  for (const [index, { value }] of results.entries()) {
    if (!value || (position && value.position.isAfter(position))) continue;
    found = index;
    position = value.position;
  }
  return found;
}
