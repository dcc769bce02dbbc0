import { Controller } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import {
  LongPoll,
  memoryEngine,
  ShortPoll,
  Sse,
  topic,
  topics,
  TopicPolicy,
  type TopicPolicyHandler,
} from 'nestjs-realtime';
import { Story } from './contracts/delivery/story.js';
import { throughHubAndSocket } from './contracts/delivery/transports.js';
import { ADAPTERS, startApp } from './support/app.js';
import { FaultyEngine } from './support/faulty-engine.js';
import { Gate } from './support/gate.js';
import { PollReader } from './support/readers/poll.reader.js';
import { SseReader } from './support/readers/sse.reader.js';
import type { TransportReader } from './support/readers/transport-reader.js';
import { openSse } from './support/sse-client.js';
import { turns } from './support/turns.js';
import { until } from './support/until.js';

const TOPICS = ['a', 'b'];
const gates: Gate[] = [];

@Controller()
class LogController {
  @ShortPoll('short')
  short() {
    return topics(...TOPICS);
  }

  @LongPoll('long', { waitMs: 55_000 })
  long() {
    return topics(...TOPICS);
  }

  @Sse('stream')
  stream() {
    return topics(...TOPICS);
  }

  @Sse('slow-snapshot')
  slow() {
    return topic('a').snapshot(() => gates.at(-1)?.pass());
  }
}

@TopicPolicy('**')
class EverythingPolicy implements TopicPolicyHandler {
  canSubscribe() {
    return true;
  }
}

const parts = { controllers: [LogController], providers: [EverythingPolicy] };
const READERS: readonly TransportReader[] = [
  new PollReader('short poll', '/short'),
  new PollReader('long poll', '/long'),
  new SseReader('SSE', '/stream', false),
  ...throughHubAndSocket(TOPICS),
];

describe.each(ADAPTERS)('at the wrong moment, on %s', (adapter) => {
  it.each(READERS)('cut between history and live: $name', async (reader) => {
    const engine = new FaultyEngine(memoryEngine());
    await using app = await startApp({ ...parts, adapter, realtime: { engine } });
    const log = [await app.bus.publish('a', 1), await app.bus.publish('b', 2)];
    const gate = new Gate();
    engine.around = async (operation, run) => {
      if (operation === 'listen') await gate.pass();
      return run();
    };
    const story = new Story(TOPICS, 'earliest');
    const cut = new AbortController();
    const first = reader.read(app.url, story.cursor, story, cut.signal);
    await until(() => story.cursor === log[1]!.id);
    log.push(await app.bus.publish('a', 3));
    cut.abort();
    await first;
    log.push(await app.bus.publish('b', 4));
    const second = reader.read(app.url, story.cursor, story, story.signal);
    await turns(10);
    log.push(await app.bus.publish('a', 5));
    gate.open();
    log.push(await app.bus.publish('b', 6));
    story.endWith(log);
    await second;
    expect(story.faults(log)).toEqual([]);
    expect(story.resets).toBe(0);
  });

  it('many readers of all kinds with one cursor', async () => {
    await using app = await startApp({ ...parts, adapter });
    const begin = await app.bus.publish('a', 0);
    const log = [await app.bus.publish('b', 1)];
    const reading = [...READERS, ...READERS].map((reader) => {
      const story = new Story(TOPICS, begin.id);
      return { story, done: reader.read(app.url, story.cursor, story, story.signal) };
    });
    for (const data of [2, 3, 4, 5]) {
      await turns(3);
      log.push(await app.bus.publish(TOPICS[data % 2]!, data));
    }
    for (const { story, done } of reading) {
      story.endWith(log);
      await done;
      expect(story.faults([begin, ...log])).toEqual([]);
    }
  });

  it('a heartbeat while a reset waits for its snapshot moves no id', async () => {
    await using app = await startApp({ ...parts, adapter, realtime: { sse: { heartbeatMs: 15 } } });
    const gate = new Gate();
    gates.push(gate);
    using client = await openSse(`${app.url}/slow-snapshot`, { 'last-event-id': 'other-1-0' });
    const blocks = () => client.text().split('\n\n');
    await until(() => blocks().length > 4);
    expect(blocks().slice(1, 4)).toEqual([':', ':', ':']);
    gate.open();
    expect(await client.messages.next()).toMatchObject({ event: '$reset', id: undefined });
    expect(await client.messages.next()).toMatchObject({ event: '$snapshot', id: expect.any(String) });
  });
});
