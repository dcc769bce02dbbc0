import type {
  EventDraft,
  LogEvent,
  LogPage,
  Position,
  ReadQuery,
  ResetReason,
  Retention,
} from 'nestjs-realtime';

/** Whatever an event costs an engine besides its data, it is less than this. */
const MAX_OVERHEAD_BYTES = 2_048;

interface Key {
  readonly id: string;
  readonly expires: number;
}

/**
 * All that was ever published, in an array, and what a reader may be told of it. It keeps no count of its own
 * of what is trimmed: it knows what must be gone and what must be there, and leaves what is between to the
 * engine.
 */
export class LogModel {
  readonly published: LogEvent[] = [];
  private readonly keys = new Map<string, Key>();
  private latest: number;

  constructor(
    private readonly retention: Retention,
    private readonly now: () => number,
  ) {
    this.latest = now();
  }

  /** Takes in what `publish` resolved to. */
  publish(draft: EventDraft, event: LogEvent): void {
    this.tick();
    const key = this.keys.get(`${draft.topic}\n${draft.idempotencyKey}`);
    const same = key?.id === event.id;
    if (key && key.expires > this.latest) check(same, `${draft.idempotencyKey} was published twice`);
    if (same) return;
    const before = this.published.at(-1)?.position;
    check(!before || event.position.isAfter(before), `${event.id} follows ${String(before)}`);
    this.published.push(event);
    if (draft.idempotencyKey === undefined) return;
    const expires = this.now() + this.retention.idempotencyMs;
    this.keys.set(`${draft.topic}\n${draft.idempotencyKey}`, { id: event.id, expires });
  }

  /** Fails unless `page` is an answer to reading `topics` after `since` (undefined: from the earliest). */
  read(
    topics: readonly string[],
    since: Position | undefined,
    query: ReadQuery,
    page: LogPage,
    head: Position,
  ): void {
    this.tick();
    const after = since ? this.published.filter(({ position }) => position.isAfter(since)) : this.published;
    const wanted = after.filter(({ topic }) => topics.includes(topic));
    if (page.reset) return this.reset(page, head, since, after, topics);
    check(!since || (since.epoch === head.epoch && !since.isAfter(head)), 'a reset was due');
    this.complete(page, wanted, since === undefined);
    check(!page.complete || page.cursor.toString() === head.toString(), 'complete, and not at the head');
    check(page.events.length <= query.limit, 'more than the limit');
    const bytes = page.events.reduce((sum, { json }) => sum + Buffer.byteLength(json), 0);
    check(page.events.length <= 1 || bytes <= query.maxBytes, 'more than maxBytes');
    check(page.complete || page.events.length > 0, 'a page that goes nowhere');
  }

  private reset(
    { events, reset, cursor }: LogPage,
    head: Position,
    since: Position | undefined,
    after: readonly LogEvent[],
    topics: readonly string[],
  ): void {
    check(events.length === 0 && cursor.toString() === head.toString(), 'a reset in mid-air');
    check(since && reset?.reason === this.due(since, head, after, topics), 'a reset for no reason');
  }

  /** The one reason there may be for a reset. */
  private due(
    since: Position,
    head: Position,
    after: readonly LogEvent[],
    topics: readonly string[],
  ): ResetReason | undefined {
    if (since.epoch !== head.epoch) return 'epoch';
    if (since.isAfter(head)) return 'ahead';
    const gone = (event: LogEvent) =>
      this.mayBeEvicted(event) || (topics.includes(event.topic) && this.isCountedOut(event));
    return after.some(gone) ? 'expired' : undefined;
  }

  /** Every event up to the page's cursor was given, and nothing else. */
  private complete(page: LogPage, wanted: readonly LogEvent[], earliest: boolean): void {
    const upTo = wanted.filter(({ position }) => !position.isAfter(page.cursor));
    const given = new Set(page.events.map(({ id }) => id));
    const kept = upTo.filter((event) => given.has(event.id));
    check(same(page.events, kept), 'an event out of place, out of order or from nowhere');
    check(!kept.some((event) => this.mustBeGone(event)), 'more than is to be kept');
    const missing = upTo.filter(({ id }) => !given.has(id));
    const gone = (event: LogEvent) => this.mayBeEvicted(event) || this.isCountedOut(event);
    check(missing.length === 0 || (earliest && missing.every(gone)), 'a silent gap');
    const gap = missing.some(({ topic, position }) =>
      kept.some((event) => event.topic === topic && position.isAfter(event.position)),
    );
    check(!gap, 'a gap between events of a topic');
  }

  private tick(): void {
    this.latest = Math.max(this.latest, this.now());
  }

  private newer({ position }: LogEvent): LogEvent[] {
    return this.published.filter((event) => event.position.isAfter(position));
  }

  private isCountedOut(event: LogEvent): boolean {
    const newer = this.newer(event).filter(({ topic }) => topic === event.topic);
    return newer.length >= this.retention.maxEvents;
  }

  private mustBeGone(event: LogEvent): boolean {
    return this.isCountedOut(event) || this.bytesFrom(event, 0) > this.retention.maxBytes;
  }

  private mayBeEvicted(event: LogEvent): boolean {
    const aged = event.position.ms < this.latest - this.retention.maxAgeMs;
    return aged || this.bytesFrom(event, MAX_OVERHEAD_BYTES) > this.retention.maxBytes;
  }

  /** Bytes of the event and of all that are newer and not counted out themselves. */
  private bytesFrom(event: LogEvent, overhead: number): number {
    const counted = this.newer(event).filter((newer) => overhead > 0 || !this.isCountedOut(newer));
    return [event, ...counted].reduce((sum, { json }) => sum + Buffer.byteLength(json) + overhead, 0);
  }
}

function same(some: readonly LogEvent[], others: readonly LogEvent[]): boolean {
  return (
    some.length === others.length &&
    some.every((event, index) => {
      const other = others[index]!;
      return event.id === other.id && event.json === other.json && event.topic === other.topic;
    })
  );
}

function check(condition: unknown, fault: string): asserts condition {
  if (!condition) throw new Error(`The log is wrong: ${fault}.`);
}
