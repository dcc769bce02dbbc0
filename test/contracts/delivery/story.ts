import type { TopicEvent } from 'nestjs-realtime';
import type { HeardEvent, Listener } from '../../support/readers/transport-reader.js';
import { compareCursors } from './cursor-order.js';

type Told =
  | { readonly kind: 'event'; readonly cursor: string; readonly event: HeardEvent }
  | { readonly kind: 'moved'; readonly cursor: string }
  | { readonly kind: 'reset'; readonly cursor: string; readonly reason: string };

/** What one reader was told, over all its connections, and the cursor that is all it keeps between them. */
export class Story implements Listener {
  readonly told: Told[] = [];
  /** How often the server said that it failed. */
  failures = 0;
  private readonly over = new AbortController();
  private end: string | undefined;

  /** @param since where it begins: `earliest`, another cursor, or from now on if undefined */
  constructor(
    readonly topics: readonly string[],
    private readonly since?: string,
  ) {}

  get cursor(): string | undefined {
    return this.told.at(-1)?.cursor ?? this.since;
  }

  get resets(): number {
    return this.told.filter(({ kind }) => kind === 'reset').length;
  }

  /** Aborted once it has been told everything. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  /** Nothing more is published: the story ends with the last event of its topics. */
  endWith(published: readonly TopicEvent[]): void {
    this.end = published.findLast(({ topic }) => this.topics.includes(topic))?.id;
    this.check();
  }

  failed(): void {
    this.failures++;
  }

  stop(): void {
    this.over.abort();
  }

  event(event: HeardEvent): void {
    this.tell({ kind: 'event', cursor: event.id, event });
  }

  moved(cursor: string): void {
    this.tell({ kind: 'moved', cursor });
  }

  reset(reason: string, cursor: string): void {
    this.tell({ kind: 'reset', cursor, reason });
  }

  /**
   * What is wrong with the story: an event left out, told twice, out of order or not as it was published.
   * @param published everything, in the order of the log
   */
  faults(published: readonly TopicEvent[]): string[] {
    const log = published.filter(({ topic }) => this.topics.includes(topic));
    const faults: string[] = [];
    let place = this.since === 'earliest' ? 0 : undefined;
    for (const [index, told] of this.told.entries()) {
      const before = place ?? placeBefore(log, told);
      const fault = faultOf(log, before, told);
      if (fault)
        faults.push(
          `${fault} (told ${index + 1} of ${this.told.length}, after ${this.told[index - 1]?.cursor})`,
        );
      place = placeAfter(log, told.cursor);
    }
    if (place !== log.length) faults.push(`${log[place ?? 0]?.id} never came`);
    return faults;
  }

  private tell(told: Told): void {
    this.told.push(told);
    this.check();
  }

  private check(): void {
    const last = this.told.at(-1);
    if (last && this.end && compareCursors(last.cursor, this.end) >= 0) this.over.abort();
  }
}

/** How many events of `log` are not after `cursor`. */
function placeAfter(log: readonly TopicEvent[], cursor: string): number {
  let [low, high] = [0, log.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareCursors(log[middle]!.id, cursor) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A reader that began from now on began with the first thing it was told. */
function placeBefore(log: readonly TopicEvent[], { kind, cursor }: Told): number {
  return placeAfter(log, cursor) - (kind === 'event' ? 1 : 0);
}

function faultOf(log: readonly TopicEvent[], place: number, told: Told): string | undefined {
  const after = placeAfter(log, told.cursor);
  if (after < place) return `${told.kind} went back to ${told.cursor}`;
  if (told.kind === 'reset') return undefined;
  if (told.kind === 'moved') return after > place ? `${log[place]?.id} was left out` : undefined;
  const due = log[place];
  if (due?.id !== told.event.id) return `${due?.id} was due, and ${told.event.id} came`;
  return sameEvent(due, told.event) ? undefined : `${told.event.id} is not as it was published`;
}

function sameEvent(published: TopicEvent, { topic, type, data }: HeardEvent): boolean {
  return (
    (topic ?? published.topic) === published.topic &&
    type === published.type &&
    JSON.stringify(data) === JSON.stringify(published.data)
  );
}
