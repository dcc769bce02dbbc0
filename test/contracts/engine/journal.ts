import { describe, expect, it } from '@jest/globals';
import { type JournalPage, type LogEvent, Position, type RealtimeEngine } from 'nestjs-realtime';
import { Inbox } from '../../support/inbox.js';
import type { EngineTraits, OpenEngines } from './engine-kit.js';
import { ids, publish, readPage } from './log-access.js';

/** Publishes an event that durable consumers follow. */
function journal(
  engine: RealtimeEngine,
  topic: string,
  data: unknown = null,
  idempotencyKey?: string,
): Promise<LogEvent> {
  return engine.publish({
    topic,
    type: 'message',
    json: JSON.stringify(data),
    idempotencyKey,
    journaled: true,
  });
}

async function journalAll(engine: RealtimeEngine, topics: readonly string[]): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  for (const topic of topics) events.push(await journal(engine, topic, events.length));
  return events;
}

/** Page after page, up to the end. */
async function readJournal(engine: RealtimeEngine, since: Position, limit = 1_000): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  let page: JournalPage | undefined;
  while (!page?.complete) {
    page = await engine.journal.read(page?.cursor ?? since, limit);
    events.push(...page.events);
  }
  return events;
}

export function journaling(open: OpenEngines, traits: EngineTraits): void {
  describe('the journal', () => {
    it('has what is to be journaled, whole, over all topics, in the order of the log', async () => {
      const { engine } = await open();
      const start = await engine.head();
      const first = await journalAll(engine, ['a', 'b']);
      await publish(engine, 'a');
      const second = await journalAll(engine, ['c', 'a']);
      await publish(engine, 'c');
      const read = await readJournal(engine, start);
      const fields = ({ id, topic, type, json, time }: LogEvent) => ({ id, topic, type, json, time });
      expect(read.map(fields)).toEqual([...first, ...second].map(fields));
    });

    it.each([1, 2, 3, 10])(
      'in pages of %d gives every event once, whatever is published meanwhile',
      async (limit) => {
        const { engine } = await open();
        let cursor = await engine.head();
        const published = await journalAll(engine, ['a', 'b', 'a', 'b', 'a', 'b']);
        const seen: string[] = [];
        for (let complete = false; !complete;) {
          const page = await engine.journal.read(cursor, limit);
          expect(page.events.length).toBeLessThanOrEqual(limit);
          seen.push(...ids(page.events));
          ({ cursor, complete } = page);
          await publish(engine, 'a');
          if (published.length < 12) published.push(await journal(engine, 'c'));
        }
        const rest = await readJournal(engine, cursor);
        expect([...seen, ...ids(rest)]).toEqual(ids(published));
      },
    );

    it('says where to go on when there is nothing', async () => {
      const { engine } = await open();
      const start = await engine.head();
      await publish(engine, 'a');
      const empty = await engine.journal.read(start, 10);
      expect(empty).toMatchObject({ events: [], complete: true });
      expect(start.isAfter(empty.cursor)).toBe(false);
      const event = await journal(engine, 'a');
      expect(ids(await readJournal(engine, empty.cursor))).toEqual([event.id]);
      expect(await readJournal(engine, event.position)).toEqual([]);
    });

    it('is not trimmed with the histories of topics', async () => {
      const { engine } = await open({ maxEvents: 2 });
      const start = await engine.head();
      const events = await journalAll(engine, ['a', 'b', 'a', 'a', 'a', 'a']);
      expect((await readPage(engine, ['a'], 'earliest')).events).toHaveLength(2);
      const read = await readJournal(engine, start);
      expect(read.map(({ id, topic, json }) => [id, topic, json])).toEqual(
        events.map(({ id, topic }, index) => [id, topic, String(index)]),
      );
    });

    it('has an event once that is published twice with one idempotency key', async () => {
      const { engine } = await open();
      const start = await engine.head();
      const event = await journal(engine, 'a', 1, 'key');
      await journal(engine, 'a', 1, 'key');
      expect(ids(await readJournal(engine, start))).toEqual([event.id]);
    });

    it('tells its listeners, each until it ends', async () => {
      const { engine } = await open();
      const [ended, staying] = [new Inbox<void>(), new Inbox<void>()];
      const end = engine.journal.listen(ended.push);
      engine.journal.listen(staying.push);
      await journal(engine, 'a');
      await Promise.all([ended.next(), staying.next()]);
      end();
      ended.drain();
      staying.drain();
      await journal(engine, 'a');
      await staying.next();
      expect(ended.size).toBe(0);
    });

    it('has what it tells of', async () => {
      const { engine } = await open();
      const start = await engine.head();
      const inbox = new Inbox<LogEvent[]>();
      engine.journal.listen(() => void readJournal(engine, start).then(inbox.push, inbox.fail));
      const event = await journal(engine, 'a');
      expect(ids(await inbox.next())).toEqual([event.id]);
    });

    it('keeps what is released as long as retention wants it', async () => {
      const { engine } = await open();
      const start = await engine.head();
      const events = await journalAll(engine, ['a', 'b', 'a']);
      await engine.journal.release(events[2]!.position);
      expect(ids(await readJournal(engine, start))).toEqual(ids(events));
    });

    if (traits.clock) byRelease(open);
  });
}

function byRelease(open: OpenEngines): void {
  it('keeps what is not released, however old', async () => {
    const { engine, clock } = await open({ maxAgeMs: 1_000 });
    const start = await engine.head();
    const events = await journalAll(engine, ['a', 'b', 'a']);
    clock.advance(1e9);
    const later = await journal(engine, 'b');
    expect(ids(await readJournal(engine, start))).toEqual(ids([...events, later]));
    await engine.journal.release(events[1]!.position);
    expect(ids(await readJournal(engine, start))).toEqual(ids([events[2]!, later]));
  });

  it('lets go of what is released and too old, however much that is', async () => {
    const { engine, clock } = await open({ maxAgeMs: 1_000 });
    const start = await engine.head();
    const old = await Promise.all(Array.from({ length: 1_000 }, (_, index) => journal(engine, 'a', index)));
    clock.advance(900);
    const young = await journalAll(engine, ['a', 'b']);
    clock.advance(101);
    await engine.journal.release(await engine.head());
    expect(old).toHaveLength(1_000);
    expect(ids(await readJournal(engine, start))).toEqual(ids(young));
  });

  it('can be read again from a time, as far as it goes back', async () => {
    const { engine, clock } = await open({ maxAgeMs: 10_000 });
    const { epoch } = await engine.head();
    const begin = clock.ms;
    clock.advance(1_000);
    const events = await journalAll(engine, ['a', 'b']);
    clock.advance(1_000);
    const later = await journal(engine, 'a');
    await engine.journal.release(later.position);
    const from = (ms: number) => readJournal(engine, new Position(epoch, ms - 1, Number.MAX_SAFE_INTEGER));
    expect(ids(await from(begin))).toEqual(ids([...events, later]));
    expect(ids(await from(begin + 1_001))).toEqual([later.id]);
  });
}
