import { describe, expect, it } from '@jest/globals';
import type { LogEvent } from 'nestjs-realtime';
import { Inbox } from '../../support/inbox.js';
import type { OpenEngines } from './engine-kit.js';
import { ids, publish, publishAll, readOn } from './log-access.js';

export function listening(open: OpenEngines): void {
  describe('listening', () => {
    it('hears every event of its topics, whole, in the order of the log', async () => {
      const { engine } = await open();
      const inbox = new Inbox<LogEvent>();
      await engine.listen(['a', 'b'], inbox.push);
      const events = await publishAll(engine, ['a', 'c', 'b', 'a', 'c', 'b']);
      const heard = await inbox.take(4);
      const fields = ({ id, topic, type, json, time }: LogEvent) => ({ id, topic, type, json, time });
      expect(heard.map(fields)).toEqual(events.filter(({ topic }) => topic !== 'c').map(fields));
    });

    it('hears publishes at the same time in the order of the log', async () => {
      const { engine } = await open();
      const inbox = new Inbox<LogEvent>();
      await engine.listen(['a', 'b', 'c'], inbox.push);
      await Promise.all(
        Array.from({ length: 60 }, (_, index) => publish(engine, ['a', 'b', 'c'][index % 3]!, index)),
      );
      const heard = await inbox.take(60);
      expect(ids(heard)).toEqual(ids((await readOn(engine, ['a', 'b', 'c'], 'earliest')).events));
    });

    it('to all topics hears every event, in the order of the log, until it ends', async () => {
      const { engine } = await open();
      const [ended, staying] = [new Inbox<LogEvent>(), new Inbox<LogEvent>()];
      const end = await engine.listenAll(ended.push);
      await engine.listenAll(staying.push);
      const first = await publishAll(engine, ['a', 'b', 'a', 'c']);
      expect(ids(await ended.take(4))).toEqual(ids(first));
      end();
      end();
      const second = await publishAll(engine, ['b', 'd']);
      expect(ids(await staying.take(6))).toEqual(ids([...first, ...second]));
      expect(ended.drain()).toEqual([]);
    });

    it('carries the previous position of the topic, also across trimming', async () => {
      const { engine } = await open({ maxEvents: 1 });
      const inbox = new Inbox<LogEvent>();
      await engine.listen(['a', 'b'], inbox.push);
      const [a1, b1, a2, a3, b2] = await publishAll(engine, ['a', 'b', 'a', 'a', 'b']);
      expect((await inbox.take(5)).map(({ previous }) => previous)).toEqual([
        undefined,
        undefined,
        a1!.position,
        a2!.position,
        b1!.position,
      ]);
      expect(a3!.previous).toEqual(a2!.position);
      expect(b2!.previous).toEqual(b1!.position);
    });

    it('has heard everything up to the head when head() resolves', async () => {
      const { engine } = await open();
      const inbox = new Inbox<LogEvent>();
      await engine.listen(['a'], inbox.push);
      const events = await publishAll(engine, ['a', 'a', 'b']);
      expect(await engine.head()).toEqual(events[2]!.position);
      expect(ids(inbox.drain())).toEqual(ids(events.slice(0, 2)));
    });

    it('ends, for one listener and not for others', async () => {
      const { engine } = await open();
      const [ended, staying] = [new Inbox<LogEvent>(), new Inbox<LogEvent>()];
      const end = await engine.listen(['a', 'b'], ended.push);
      await engine.listen(['a'], staying.push);
      const first = await publish(engine, 'a');
      expect((await ended.next()).id).toBe(first.id);
      end();
      end();
      const [second] = await publishAll(engine, ['a', 'b']);
      expect(ids(await staying.take(2))).toEqual([first.id, second!.id]);
      await engine.head();
      expect(ended.drain()).toEqual([]);
    });

    it('with one function twice hears twice, until each ends', async () => {
      const { engine } = await open();
      const inbox = new Inbox<LogEvent>();
      const end = await engine.listen(['a'], inbox.push);
      await engine.listen(['a'], inbox.push);
      const first = await publish(engine, 'a');
      expect(ids(await inbox.take(2))).toEqual([first.id, first.id]);
      end();
      const events = await publishAll(engine, ['a', 'a']);
      expect(ids(await inbox.take(2))).toEqual(ids(events));
    });

    it('may be begun and ended from within a listener', async () => {
      const { engine } = await open();
      const inbox = new Inbox<LogEvent>();
      const end = await engine.listen(['a'], (event) => {
        end();
        void engine.listen(['a'], inbox.push).then(() => begun.push(event));
      });
      const begun = new Inbox<LogEvent>();
      await publish(engine, 'a');
      await begun.next();
      const next = await publish(engine, 'a');
      expect((await inbox.until(({ id }) => id === next.id)).length).toBeLessThanOrEqual(2);
      expect(inbox.drain()).toEqual([]);
    });
  });
}
