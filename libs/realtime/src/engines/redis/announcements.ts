import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { Position } from 'nestjs-realtime-protocol';
import type { LogEvent } from '../../bus/log-event.js';
import { RealtimeError } from '../../realtime.errors.js';
import { Audience } from './audience.js';
import { Channels } from './channels.js';
import { decodeAnnouncement } from './event-codec.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisKeys } from './redis-keys.js';
import type { RedisReader } from './redis-reader.js';

const PAGE = Object.freeze({ limit: 1_000, maxBytes: 4 * 1024 * 1024 });

/** How long a lost connection is left alone before what was missed is asked for again. */
const RETRY_MS = 500;

/**
 * What this process hears of the log. After the connection was lost it subscribes again and reads what it missed
 * before it passes on anything new, so that listeners hear everything, in order.
 */
export class Announcements {
  private readonly byTopic = new Audience();
  private readonly everything = new Audience();
  private readonly journal = new Set<() => void>();
  private readonly channels: Channels;
  private readonly logger = new Logger('Realtime');
  private readonly mark = randomUUID();
  private readonly marks = new Map<string, { resolve(): void; reject(error: unknown): void }>();
  private count = 0;
  /** What came in while what was missed is being read. */
  private held: (() => void)[] | undefined;
  /** The connection after which what was missed is being read; another one begins anew. */
  private current: object | undefined;
  private closed = false;

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly reader: RedisReader,
    private readonly timeoutMs: number,
  ) {
    const { subscriber } = connection;
    this.channels = new Channels(subscriber);
    subscriber.on('message', (channel: string, text: string) => this.hear(channel, text));
    subscriber.on('close', () => this.lose());
  }

  /** Once connected. */
  async start(): Promise<void> {
    await this.channels.add([this.keys.marks(this.mark)]);
    await this.head();
    this.connection.subscriber.on('ready', () => void this.resume());
  }

  close(): void {
    this.closed = true;
    this.lose();
  }

  /** The head of the log, once everything up to it was heard: a mark comes behind it, by the same way. */
  async head(): Promise<Position> {
    const mark = String(++this.count);
    let late: NodeJS.Timeout | undefined;
    const passed = new Promise<void>((resolve, reject) => {
      this.marks.set(mark, { resolve, reject });
      late = setTimeout(() => reject(unheard()), this.timeoutMs);
    });
    passed.catch(() => undefined);
    try {
      const head = await this.reader.head(this.keys.marks(this.mark), mark);
      await passed;
      for (const audience of [this.byTopic, this.everything]) audience.move(head);
      return head;
    } finally {
      clearTimeout(late);
      this.marks.delete(mark);
    }
  }

  async listen(topics: readonly string[], listener: (event: LogEvent) => void): Promise<() => void> {
    const names = topics.map((topic) => this.keys.topic(topic));
    return this.join(names, this.byTopic.listeners.add(topics, listener));
  }

  async listenAll(listener: (event: LogEvent) => void): Promise<() => void> {
    return this.join([this.keys.everything], this.everything.listeners.addForAll(listener));
  }

  listenToJournal(listener: () => void): () => void {
    const own = () => listener();
    this.journal.add(own);
    this.channels.add([this.keys.journal]).then(
      // For what was appended before.
      () => this.journal.has(own) && own(),
      () => undefined,
    );
    return () => {
      if (this.journal.delete(own)) this.channels.remove([this.keys.journal]);
    };
  }

  private async join(names: readonly string[], end: () => void): Promise<() => void> {
    let ended = false;
    const leave = () => {
      if (ended) return;
      ended = true;
      end();
      this.channels.remove(names);
    };
    try {
      await this.channels.add(names);
      return leave;
    } catch (error) {
      leave();
      throw unheard(error);
    }
  }

  private hear(channel: string, text: string): void {
    if (channel === this.keys.journal) return this.journal.forEach((listener) => listener());
    const pass = () => this.pass(channel, text);
    if (this.held) this.held.push(pass);
    else pass();
  }

  private pass(channel: string, text: string): void {
    if (channel === this.keys.marks(this.mark)) return this.marks.get(text)?.resolve();
    const audience = channel === this.keys.everything ? this.everything : this.byTopic;
    audience.tell(decodeAnnouncement(text));
  }

  private lose(): void {
    this.current = undefined;
    this.held ??= [];
    for (const { reject } of this.marks.values()) reject(unheard());
  }

  private async resume(): Promise<void> {
    const connection = (this.current = {});
    while (!this.closed && connection === this.current) {
      this.held = [];
      try {
        await this.channels.restore();
        await this.catchUp(() => connection === this.current);
        for (const listener of this.journal) listener();
        return;
      } catch (error) {
        this.logger.warn(
          `What was missed while Redis was away cannot be read yet: ${(error as Error).message}`,
        );
        await new Promise((resolve) => void setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Tells what was missed, then what came in meanwhile. Who cannot be told all of it finds a hole, and reads. */
  private async catchUp(isCurrent: () => boolean): Promise<void> {
    const hearsAll = this.channels.has(this.keys.everything);
    const heard = hearsAll ? earlier(this.byTopic.heard, this.everything.heard) : this.byTopic.heard;
    const changed = heard ? await this.reader.changed(heard.ms) : [];
    const topics = hearsAll ? changed : changed.filter((topic) => this.channels.has(this.keys.topic(topic)));
    for (let since = heard, complete = topics.length === 0; since && !complete;) {
      const page = await this.reader.read(topics, { since, ...PAGE });
      for (const event of page.events) for (const each of [this.byTopic, this.everything]) each.tell(event);
      ({ complete, cursor: since } = page);
    }
    // A connection that followed this one has missed more.
    if (!isCurrent()) return;
    const held = this.held ?? [];
    this.held = undefined;
    for (const pass of held) pass();
  }
}

function earlier(one: Position | undefined, other: Position | undefined): Position | undefined {
  return one && other && one.isAfter(other) ? other : one;
}

function unheard(cause?: unknown): RealtimeError {
  const options = { cause, detail: 'The connection to Redis that announcements come by is down.' };
  return new RealtimeError('log-unavailable', 'The log cannot be reached.', 1_000, undefined, options);
}
