import type { RealtimeClientOptions } from 'nestjs-realtime-client';
import { TopicPolicy, type RealtimeOptions, type TopicPolicyHandler } from 'nestjs-realtime';
import { type RunningApp, startApp } from '../support/app.js';
import type { Inbox } from '../support/inbox.js';

@TopicPolicy('**')
class Everything implements TopicPolicyHandler {
  canSubscribe(): boolean {
    return true;
  }

  canPublish(): boolean {
    return true;
  }
}

/** A server that keeps everything and speaks often. */
export function startServer(realtime: RealtimeOptions = {}): Promise<RunningApp> {
  return startApp({
    providers: [Everything],
    // Node's fetch opens connections that it never uses.
    application: { forceCloseConnections: true },
    realtime: {
      retention: { maxEvents: 1e6, maxBytes: 1e12 },
      sse: { heartbeatMs: 50 },
      shortPoll: { intervalMs: 20 },
      shutdown: { spreadMs: 1 },
      ...realtime,
    },
  });
}

/** Of a client that waits as little as it can without losing patience on a slow machine. */
export const IMPATIENT = {
  waitS: 1,
  timing: {
    backoffMs: 20,
    maxBackoffMs: 100,
    climbMs: 100,
    steadyMs: 60_000,
    staleMs: 1_000,
    answerMs: 1_000,
    silenceMs: 1_000,
  },
} satisfies RealtimeClientOptions;

/** Ten of them. */
export const TOPICS: string[] = Array.from({ length: 10 }, (_, at) => `orders/${at}`);

/** Publishes numbers, on one topic after the other, and keeps what was published and what was heard of it. */
export class Numbers {
  readonly published: string[] = [];
  readonly heard: string[] = [];

  constructor(private readonly app: () => RunningApp) {}

  async publish(count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      const number = this.published.length + 1;
      const topic = TOPICS[number % TOPICS.length]!;
      await this.app().bus.publish(topic, number);
      this.published.push(`${topic} ${number}`);
    }
  }

  /** Waits until as much was heard as was published. */
  async hear(inbox: Inbox<string>): Promise<void> {
    this.heard.push(...(await inbox.take(this.published.length - this.heard.length)));
  }

  /** Publishes some, and waits until as many were heard. */
  async exchange(inbox: Inbox<string>, count: number): Promise<void> {
    await this.publish(count);
    await this.hear(inbox);
  }
}
