import { describe, expect, it } from '@jest/globals';
import { TopicPolicy, type TopicAccess, type TopicPolicyHandler } from 'nestjs-realtime';
import type { ClientState, RealtimeClient } from 'nestjs-realtime-client';
import { Connections } from '../../libs/realtime/src/transports/connections.js';
import { type RunningApp, startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { EACH, hear } from './client-kit.js';
import { TestBrowser, type TestTab } from './tabs-kit.js';

@TopicPolicy('**')
class Everything implements TopicPolicyHandler {
  canSubscribe({ topic }: TopicAccess): boolean {
    return !topic.startsWith('closed');
  }

  canPublish({ topic }: TopicAccess): boolean {
    return topic === 'chat';
  }
}

@TopicPolicy('state/:id')
class Stateful implements TopicPolicyHandler {
  canSubscribe(): boolean {
    return true;
  }

  snapshot(): unknown {
    return 'none';
  }
}

async function start(): Promise<RunningApp> {
  return startApp({
    providers: [Everything, Stateful],
    application: { forceCloseConnections: true },
    realtime: {
      retention: { maxEvents: 1e6 },
      shortPoll: { intervalMs: 20 },
      sse: { heartbeatMs: 50 },
      longPoll: { waitMs: 1_000 },
    },
  });
}

/** A tab in which topic `a` is followed. */
interface Reader {
  readonly tab: TestTab;
  readonly client: RealtimeClient;
  readonly states: Inbox<ClientState>;
  readonly inbox: Inbox<string>;
}

function read(browser: TestBrowser, options: object, topics: string | string[] = 'a'): Reader {
  const tab = browser.open();
  const client = tab.client(options as never) as RealtimeClient;
  const states = new Inbox<ClientState>();
  client.onState(states.push);
  return { tab, client, states, inbox: hear(client, topics).inbox };
}

const isLive = ({ name }: ClientState) => name === 'live';

async function readTen(browser: TestBrowser, options: object): Promise<Reader[]> {
  const readers = Array.from({ length: 10 }, () => read(browser, options));
  for (const { states } of readers) await states.until(isLive);
  return readers;
}

describe.each(EACH)('ten tabs by %s', (transport) => {
  it('share one connection, and each is told everything', async () => {
    await using app = await start();
    using browser = new TestBrowser();
    const readers = await readTen(browser, { url: app.url, transports: [transport] });
    await app.bus.publish('a', 'first');
    for (const { inbox } of readers) await inbox.until((told) => told === 'a "first"');
    for (let n = 1; n <= 100; n++) await app.bus.publish('a', n);
    for (const { inbox } of readers) {
      expect(await inbox.take(100)).toEqual(Array.from({ length: 100 }, (_, at) => `a ${at + 1}`));
    }
    expect(readers.map(({ client }) => client.state.heldBy).sort()).toEqual([
      ...Array.from({ length: 9 }, () => 'another-tab'),
      'this-tab',
    ]);
    expect(app.nest.get(Connections).size).toBeLessThanOrEqual(1);
  });
});
