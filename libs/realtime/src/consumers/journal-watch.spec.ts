import { beforeEach, describe, expect, it } from '@jest/globals';
import { Position } from 'nestjs-realtime-protocol';
import { LogEvent } from '../bus/log-event.js';
import { TopicPattern } from '../bus/topic-pattern.js';
import type { Journal } from '../engines/engine.interface.js';
import { Intake } from './intake.js';
import { JournalWatch } from './journal-watch.js';
import { Progress } from './progress.js';

/** A journal that counts how often it is read, and may be slow. */
class CountingJournal implements Journal {
  readonly events: LogEvent[] = [];
  reads = 0;
  /** What stands before an answer; it has the events of before. */
  delay: () => Promise<void> | void = () => undefined;
  private listener: (() => void) | undefined;
  private seq = 0;

  append(topic: string, type = 'message'): Position {
    const position = new Position('a', 0, ++this.seq);
    this.events.push(new LogEvent(position, topic, type, 'null', undefined));
    this.listener?.();
    return position;
  }

  async read(since: Position, limit: number) {
    this.reads++;
    const all = this.events.filter(({ position }) => position.isAfter(since));
    const events = all.slice(0, limit);
    const complete = events.length === all.length;
    const cursor = complete ? new Position('a', 0, this.seq) : events.at(-1)!.position;
    await this.delay();
    return { events, cursor, complete };
  }

  listen(listener: () => void) {
    this.listener = listener;
    return () => (this.listener = undefined);
  }

  async release() {}
}

let journal: CountingJournal;
let watch: JournalWatch;

beforeEach(() => {
  journal = new CountingJournal();
  watch = new JournalWatch(journal);
});

/** A reader of a pattern, and how often it was woken. */
function reader(pattern: string, accepts: (event: LogEvent) => boolean = () => true) {
  const progress = new Progress(new Position('a', 0, 0));
  const compiled = new TopicPattern(pattern);
  const state = { woken: 0, progress };
  const intake = new Intake(
    watch,
    progress,
    (event) => compiled.match(event.topic) !== undefined && accepts(event),
    () => void state.woken++,
  );
  watch.follow([compiled], intake);
  return Object.assign(state, { intake });
}

const turn = () => new Promise((resolve) => void setImmediate(resolve));

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn();
}

describe('a journal that is watched', () => {
  it('wakes those for whom something comes, and costs the others nothing', async () => {
    const readers = Array.from({ length: 1_000 }, (_, index) => reader(`orders/${index}`));
    for (const { intake } of readers) expect(await intake.peek()).toBeUndefined();
    journal.reads = 0;
    for (let round = 0; round < 10; round++) {
      for (let event = 0; event < 20; event++) journal.append(`orders/${event}`);
      await turns(3);
    }
    expect(readers.map(({ woken }) => woken)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => (index < 20 ? 10 : 0)),
    );
    // Once for all of them, and page by page: not once for each.
    expect(journal.reads).toBeLessThan(50);
    const idle = readers.at(-1)!;
    idle.intake.catchUp();
    expect(idle.progress.cursor.seq).toBe(200);
  });

  it('one that is woken has it in hand', async () => {
    const rare = reader('rare');
    const often = reader('often');
    expect(await rare.intake.peek()).toBeUndefined();
    expect(await often.intake.peek()).toBeUndefined();
    for (let event = 0; event < 500; event++) journal.append('often');
    await turns(20);
    const position = journal.append('rare');
    await turns(5);
    expect(rare.woken).toBe(1);
    journal.reads = 0;
    expect((await rare.intake.peek())?.position).toBe(position);
    expect(journal.reads).toBe(0);
  });

  it('offers no more than is wanted; the rest is read by who wants it', async () => {
    const [slow, other] = [reader('a'), reader('*')];
    expect(await slow.intake.peek()).toBeUndefined();
    expect(await other.intake.peek()).toBeUndefined();
    const positions = Array.from({ length: 300 }, () => journal.append('a'));
    await turns(20);
    expect([slow.woken, other.woken]).toEqual([64, 64]);
    for (const { intake } of [slow, other]) {
      const taken: Position[] = [];
      for (let event; (event = await intake.peek());) {
        intake.take(event);
        taken.push(event.position);
      }
      expect(taken).toEqual(positions);
    }
  });

  it('offers an event once to a reader with several patterns', async () => {
    const one = reader('orders/1');
    watch.follow([new TopicPattern('orders/*'), new TopicPattern('**')], one.intake);
    expect(await one.intake.peek()).toBeUndefined();
    journal.append('orders/1');
    await turns(3);
    expect(one.woken).toBe(1);
  });

  it('looks at more than the topic where a reader does', async () => {
    const picky = reader('orders/*', ({ type }) => type === 'ready');
    expect(await picky.intake.peek()).toBeUndefined();
    journal.append('orders/1', 'cooking');
    await turns(3);
    expect(picky.woken).toBe(0);
    journal.append('orders/1', 'ready');
    await turns(3);
    expect((await picky.intake.peek())?.type).toBe('ready');
  });

  it('misses nothing that is appended while a reader reads the end of it', async () => {
    const one = reader('**');
    let position: Position | undefined;
    journal.delay = () => {
      journal.delay = () => undefined;
      position = journal.append('orders/1');
    };
    expect((await one.intake.peek())?.position).toBe(position);
  });

  it('nor what comes while it looks', async () => {
    const one = reader('late');
    expect(await one.intake.peek()).toBeUndefined();
    journal.delay = async () => {
      journal.delay = () => undefined;
      journal.append('late');
      await turns(3);
    };
    journal.append('early');
    await turns(10);
    expect(one.woken).toBe(1);
    expect((await one.intake.peek())?.topic).toBe('late');
  });

  it('nor those who come late, nor those who were behind', async () => {
    const [first, second] = [reader('a'), reader('b')];
    expect(await first.intake.peek()).toBeUndefined();
    // The watch has gone past what the second has not read.
    journal.append('b');
    journal.append('c');
    await turns(3);
    expect((await second.intake.peek())?.topic).toBe('b');
    expect(first.woken).toBe(0);
  });

  it('does not look when nobody waits', async () => {
    const one = reader('a');
    expect(await one.intake.peek()).toBeUndefined();
    watch.leave(one.intake);
    journal.reads = 0;
    journal.append('a');
    await turns(3);
    expect([journal.reads, one.woken]).toEqual([0, 0]);
  });

  it('nor when it is closed', async () => {
    const one = reader('a');
    expect(await one.intake.peek()).toBeUndefined();
    watch.close();
    journal.append('a');
    await turns(3);
    expect(one.woken).toBe(0);
  });
});
