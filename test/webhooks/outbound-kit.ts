import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  memoryEngine,
  type RealtimeEngine,
  type RealtimeOptions,
  type TopicEvent,
  WebhookEndpoints,
} from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { type AppOptions, type RunningApp, startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';

export type WebhookSettings = NonNullable<RealtimeOptions['webhooks']>;

/** An application that sends webhooks to this machine, and tries again at once. */
export interface SendingApp extends RunningApp {
  readonly endpoints: WebhookEndpoints;
  /** What happens to one endpoint. */
  news(id: string): Inbox<TopicEvent>;
}

export async function startSending(
  engine: RealtimeEngine = memoryEngine(),
  webhooks: WebhookSettings = {},
  options: AppOptions = {},
): Promise<SendingApp> {
  const app = await startApp({
    ...options,
    realtime: {
      engine,
      webhooks: { allowHttp: true, allowAddresses: ['127.0.0.0/8'], retries: [1, 1], ...webhooks },
    },
  });
  return {
    ...app,
    endpoints: app.nest.get(WebhookEndpoints),
    news: (id) => {
      const news = new Inbox<TopicEvent>();
      app.bus.stream(`realtime/consumers/webhooks%2F${id}`).subscribe(news.push);
      return news;
    },
  };
}

/** Opens the same log again and again, if it is one that lasts. */
export interface EngineFiles extends AsyncDisposable {
  engine(): RealtimeEngine;
}

/** A folder for an engine that outlives the application. */
export async function createLmdb(): Promise<EngineFiles> {
  const path = await mkdtemp(join(tmpdir(), 'realtime-webhooks-'));
  return {
    engine: () => lmdbEngine({ path }),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}

export const ENGINES: readonly { readonly name: string; readonly create: () => Promise<EngineFiles> }[] = [
  {
    name: 'memory',
    create: async () => ({ engine: () => memoryEngine(), [Symbol.asyncDispose]: async () => {} }),
  },
  { name: 'lmdb', create: createLmdb },
];
