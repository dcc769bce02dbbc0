import assert from 'node:assert/strict';
import { Position, type RealtimeEngine, type Retention } from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { Program } from '../support/program.js';
import { UNLIMITED } from '../support/unlimited.js';
import {
  type Assignment,
  CLAIM_MS,
  claimOf,
  draftOf,
  isJournaled,
  PAIR,
  type Payload,
  type Said,
} from './assignment.js';
import { Ledger } from './ledger.js';

/** When a process is killed: after it has said so many things, and a while. */
export interface Death {
  readonly afterLines: number;
  readonly wait: () => Promise<void>;
}

/** A log that is published to by one process after the other, each of which is killed. */
export class EngineSoak {
  readonly ledger: Ledger;
  private readonly retention: Retention;
  private rounds = 0;
  /** Everything in the journal up to here has been looked at. */
  private journalCursor: Position | undefined;

  /** @param maxEvents that the log keeps of each topic; without it, all */
  constructor(
    private readonly path: string,
    private readonly publishers: number,
    maxEvents?: number,
  ) {
    this.retention = { ...UNLIMITED, ...(maxEvents !== undefined && { maxEvents }) };
    this.ledger = new Ledger(publishers, maxEvents);
  }

  /** Lets a process publish, kills it, and fails unless the log is what it has to be. */
  async play({ afterLines, wait }: Death, skewMs: number): Promise<void> {
    const { path, publishers, retention } = this;
    const round = ++this.rounds;
    this.ledger.begin(round);
    const assignment: Assignment = { path, round, publishers, retention, skewMs };
    const program = Program.start('publishing.ts', import.meta.url, { words: [JSON.stringify(assignment)] });
    for (let line = 0; line < afterLines; line++) this.ledger.take(await program.next<Said>());
    await wait();
    await program.kill();
    for (const said of program.drain<Said>()) this.ledger.take(said);

    const engine = lmdbEngine({ path, now: () => Date.now() + skewMs });
    await engine.start(retention);
    const counts = await this.ledger.check(engine);
    await this.checkJournal(engine, counts);
    await this.checkRecords(engine);
    await this.checkClaims(engine);
    await this.checkKeys(engine);
    await engine.stop();
  }

  /** The journal has what is journaled, also of what is trimmed elsewhere. */
  private async checkJournal(engine: RealtimeEngine, counts: readonly number[]): Promise<void> {
    const head = await engine.head();
    const start = this.journalCursor ?? new Position(head.epoch, 0, 0);
    this.journalCursor = head;
    const { events } = await engine.journal.read(start, 1_000_000);
    const payloads = events.map(({ json }) => JSON.parse(json) as Payload);
    for (const [publisher, count] of counts.entries()) {
      const numbers = payloads
        .filter((payload) => payload.publisher === publisher)
        .map(({ number }) => number);
      const wanted = Array.from({ length: count }, (_, index) => index + 1).filter(isJournaled);
      assert.deepEqual(numbers, wanted, `the journal of publisher ${publisher}`);
    }
  }

  /** Two records are written together or not at all. */
  private async checkRecords(engine: RealtimeEngine): Promise<void> {
    const { number: round, written } = this.ledger.round;
    const [one, other] = await Promise.all(PAIR.map((key) => engine.records.get(key)));
    assert.equal(one, other, 'a write was written in part');
    if (written > 0) assert.ok([`${round}/${written}`, `${round}/${written + 1}`].includes(one!), one);
  }

  private async checkClaims(engine: RealtimeEngine): Promise<void> {
    const { number: round, settled } = this.ledger.round;
    if (settled > 0)
      assert.equal(await engine.claims.claim(claimOf(round, settled), 'checker', CLAIM_MS), 'settled');
  }

  /** Publishing again with the last key that was used appends nothing. */
  private async checkKeys(engine: RealtimeEngine): Promise<void> {
    const { number: round, published } = this.ledger.round;
    const head = await engine.head();
    for (const [publisher, events] of published.entries()) {
      const number = events.length - (events.length % 3);
      if (number === 0) continue;
      const again = await engine.publish(draftOf({ round, publisher, number, padding: '' }));
      assert.equal(again.id, events[number - 1]);
    }
    assert.deepEqual(await engine.head(), head);
  }
}
