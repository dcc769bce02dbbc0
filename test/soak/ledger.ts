import assert from 'node:assert/strict';
import type { LogEvent, Position, RealtimeEngine } from 'nestjs-realtime';
import { assertGrowing, ids, readOn } from '../contracts/engine/log-access.js';
import { type Payload, type Said, topicOf } from './assignment.js';

/** What was acknowledged in one round. */
export interface Round {
  readonly number: number;
  /** Of each publisher, the ids of its events in their order. */
  readonly published: readonly string[][];
  written: number;
  settled: number;
}

interface Topic {
  /** How many events it had before this round. */
  count: number;
  last: Position | undefined;
}

/**
 * What a log was heard to acknowledge, round after round, and whether it is there: all of it, in order, nothing
 * half-written, and of what was not acknowledged no more than was under way.
 */
export class Ledger {
  round!: Round;
  /** Events acknowledged, all in all. */
  acknowledged = 0;
  /** Events in the log that were not: the process was killed between the disk and its word. */
  unheard = 0;
  private epoch: string | undefined;
  /** Everything up to here has been looked at. */
  private cursor: Position | undefined;
  private readonly topics: readonly Topic[];

  /** @param maxEvents of the log's retention; undefined when it trims nothing */
  constructor(
    publishers: number,
    private readonly maxEvents: number | undefined,
  ) {
    this.topics = Array.from({ length: publishers }, () => ({ count: 0, last: undefined }));
  }

  begin(number: number): void {
    this.round = { number, published: this.topics.map(() => []), written: 0, settled: 0 };
  }

  take(said: Said): void {
    if (said.is === 'written') this.round.written = said.number;
    if (said.is === 'settled') this.round.settled = said.number;
    if (said.is !== 'published') return;
    this.round.published[said.publisher]!.push(said.id);
    this.acknowledged++;
  }

  /**
   * Fails unless the log is what it has to be after this round.
   * @returns how many events of this round each publisher has in it
   */
  async check(engine: RealtimeEngine): Promise<readonly number[]> {
    const head = await engine.head();
    this.epoch ??= head.epoch;
    assert.equal(head.epoch, this.epoch, 'the log has begun a new life');
    const names = this.topics.map((_, publisher) => topicOf(publisher));
    const { events } = await readOn(engine, names, this.since);
    this.cursor = head;
    assertGrowing(events.map(({ position }) => position));
    return names.map((name, index) => this.checkTopic(index, eventsOf(events, name)));
  }

  /** What is trimmed cannot be read on from where the last round ended. */
  private get since(): Position | 'earliest' {
    return this.maxEvents === undefined ? (this.cursor ?? 'earliest') : 'earliest';
  }

  /** @param events since the last round, or all that are kept where the log trims */
  private checkTopic(publisher: number, events: readonly LogEvent[]): number {
    const topic = this.topics[publisher]!;
    assertChained(this.maxEvents === undefined ? topic.last : events[0]?.previous, events);
    topic.last = events.at(-1)?.position ?? topic.last;

    const ofRound = events.filter(({ json }) => (JSON.parse(json) as Payload).round === this.round.number);
    const numbers = ofRound.map(({ json }) => (JSON.parse(json) as Payload).number);
    const count = numbers.at(-1) ?? 0;
    const first = count - numbers.length + 1;
    assert.deepEqual(
      numbers,
      Array.from(numbers, (_, index) => first + index),
    );

    const acknowledged = this.round.published[publisher]!;
    assert.deepEqual(ids(ofRound).slice(0, acknowledged.length - first + 1), acknowledged.slice(first - 1));
    assert.ok(count === acknowledged.length || count === acknowledged.length + 1, 'more than was under way');
    topic.count += count;
    this.unheard += count - acknowledged.length;
    const kept = this.maxEvents === undefined ? count : Math.min(this.maxEvents, topic.count);
    assert.equal(events.length, kept);
    return count;
  }
}

function eventsOf(events: readonly LogEvent[], topic: string): LogEvent[] {
  return events.filter((event) => event.topic === topic);
}

/** Fails unless each event says that the one before it is before it. */
function assertChained(before: Position | undefined, events: readonly LogEvent[]): void {
  const places = [before, ...events.map(({ position }) => position)];
  for (const [index, { previous }] of events.entries()) assert.deepEqual(previous, places[index]);
}
