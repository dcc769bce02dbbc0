import type { ModuleMetadata } from '@nestjs/common';
import { setInterval } from 'node:timers/promises';
import {
  TopicPolicy,
  type TopicAccess,
  type TopicPolicyHandler,
  type RealtimeOptions,
} from 'nestjs-realtime';
import type { ClientState, RealtimeClient, RealtimeClientOptions } from 'nestjs-realtime-client';
import { Connections } from '../../libs/realtime/src/transports/connections.js';
import { type RunningApp, startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { hear, type Heard } from './client-kit.js';
import type { TestBrowser, TestTab } from './tabs-kit.js';

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

/** An application that tabs connect to, and how many connections there are. */
export interface TabsApp extends RunningApp {
  connections(): number;
}

export async function startTabsApp(
  realtime: RealtimeOptions = {},
  more: ModuleMetadata = {},
): Promise<TabsApp> {
  const app = await startApp({
    ...more,
    providers: [Everything, Stateful],
    // Node's fetch opens connections that it never uses.
    application: { forceCloseConnections: true },
    realtime: {
      retention: { maxEvents: 1e6 },
      shortPoll: { intervalMs: 20 },
      sse: { heartbeatMs: 50 },
      longPoll: { waitMs: 1_000 },
      ...realtime,
    },
  });
  return Object.assign(app, { connections: () => app.nest.get(Connections).size });
}

/** A tab that follows something. */
export interface Reader extends Heard {
  readonly tab: TestTab;
  readonly client: RealtimeClient;
  readonly states: Inbox<ClientState>;
}

export function read(
  browser: TestBrowser,
  options: RealtimeClientOptions,
  topics: string | string[] = 'a',
  since?: string,
): Reader {
  const tab = browser.open();
  const client = tab.client(options);
  const states = new Inbox<ClientState>();
  client.onState(states.push);
  return { tab, client, states, ...hear(client, topics, since) };
}

export const isLive = ({ name }: ClientState): boolean => name === 'live';
const isLeading = ({ name, heldBy }: ClientState): boolean => name === 'live' && heldBy === 'this-tab';

/** Tabs that follow all there ever was of `a`, and are connected. */
export async function readMany(
  count: number,
  browser: TestBrowser,
  options: RealtimeClientOptions,
): Promise<Reader[]> {
  const readers = Array.from({ length: count }, () => read(browser, options, 'a', 'earliest'));
  for (const { states } of readers) await states.until(isLive);
  return readers;
}

/** Takes out the one that holds the connection. */
export function takeLeader(readers: Reader[]): Reader {
  const at = readers.findIndex(({ client }) => client.state.heldBy === 'this-tab');
  return readers.splice(at, 1)[0]!;
}

/** Resolves to the one that leads, once it does. */
export async function nextLeader(readers: readonly Reader[]): Promise<Reader> {
  const stops: (() => void)[] = [];
  const leader = await new Promise<Reader>((resolve) => {
    for (const reader of readers) {
      stops.push(reader.client.onState((state) => isLeading(state) && resolve(reader)));
    }
  });
  for (const stop of stops) stop();
  return leader;
}

/** Publishes 1, 2, 3 … to `a`, a few hundred a second. The function it returns stops that, and resolves to what is told of it. */
export function publishOn(app: RunningApp): () => Promise<string[]> {
  const told: string[] = [];
  const over = new AbortController();
  const publishing = (async () => {
    for await (const _ of setInterval(3)) {
      if (over.signal.aborted) return;
      await app.bus.publish('a', told.length + 1);
      told.push(`a ${told.length + 1}`);
    }
  })();
  return async () => {
    over.abort();
    await publishing;
    return told;
  };
}
