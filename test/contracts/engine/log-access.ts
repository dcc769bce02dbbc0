import type { LogEvent, LogPage, Position, RealtimeEngine, Since } from 'nestjs-realtime';

/** Publishes `data`. */
export function publish(
  engine: RealtimeEngine,
  topic: string,
  data: unknown = null,
  idempotencyKey?: string,
): Promise<LogEvent> {
  return engine.publish({ topic, type: 'message', json: JSON.stringify(data), idempotencyKey });
}

export async function publishAll(engine: RealtimeEngine, topics: readonly string[]): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  for (const topic of topics) events.push(await publish(engine, topic, events.length));
  return events;
}

export interface Limits {
  readonly limit?: number;
  readonly maxBytes?: number;
}

/** One page. */
export function readPage(
  engine: RealtimeEngine,
  topics: readonly string[],
  since: Since,
  { limit = 1_000, maxBytes = 1e9 }: Limits = {},
): Promise<LogPage> {
  return engine.read(topics, { since, limit, maxBytes });
}

export interface History {
  readonly events: readonly LogEvent[];
  readonly pages: readonly LogPage[];
  readonly cursor: Position;
}

/** Page after page, up to the head. Fails on a reset. */
export async function readOn(
  engine: RealtimeEngine,
  topics: readonly string[],
  since: Since,
  limits: Limits = {},
): Promise<History> {
  const pages: LogPage[] = [];
  for (let from = since; !pages.at(-1)?.complete; from = pages.at(-1)!.cursor) {
    const page = await readPage(engine, topics, from, limits);
    if (page.reset) throw new Error(`Unexpected reset: ${page.reset.reason}`);
    pages.push(page);
  }
  return { events: pages.flatMap(({ events }) => events), pages, cursor: pages.at(-1)!.cursor };
}

export function ids(events: readonly LogEvent[]): string[] {
  return events.map(({ id }) => id);
}

/** Fails unless each position is later than the one before it. */
export function assertGrowing(positions: readonly Position[]): void {
  positions.forEach((position, index) => {
    const before = positions[index - 1];
    if (before && !position.isAfter(before)) throw new Error(`${String(position)} follows ${String(before)}`);
  });
}
