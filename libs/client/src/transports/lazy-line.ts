import type { PublishMessage } from 'nestjs-realtime-protocol';
import { RealtimeClientError } from '../client.error.js';
import { sleep } from '../timing.js';
import type { Joined, Line, LineListener, OpenLine } from './line.js';

/**
 * Lines whose code is loaded when one is opened: who uses another transport does without it.
 * @param patienceMs how long that may take
 */
export function lazyLines(load: () => Promise<OpenLine>, patienceMs: number): OpenLine {
  return (listener) => new LazyLine(() => inTime(load(), patienceMs), listener);
}

/** Once it is loaded, whatever is asked of it is asked at once: a line is to know of that before it tells more. */
class LazyLine implements Line {
  private readonly loading: Promise<Line>;
  private line: Line | undefined;
  private wanted: ((line: Line) => void) | undefined;
  private isOver = false;

  constructor(
    load: () => Promise<OpenLine>,
    private readonly listener: LineListener,
  ) {
    this.loading = this.open(load);
    this.loading.catch((error: unknown) => {
      if (!this.isOver) listener.ended({ error: RealtimeClientError.from(error) });
    });
  }

  follow(topics: readonly string[], since: string | undefined): void {
    this.wanted = (line) => line.follow(topics, since);
    if (this.line) this.wanted(this.line);
  }

  join(topics: readonly string[]): Promise<Joined> {
    return this.ask((line) => line.join(topics));
  }

  publish(message: PublishMessage): Promise<string> {
    return this.ask((line) => line.publish(message));
  }

  renew(): Promise<void> {
    return this.ask((line) => line.renew());
  }

  close(): void {
    this.isOver = true;
    this.line?.close();
  }

  private async open(load: () => Promise<OpenLine>): Promise<Line> {
    const openLine = await load();
    if (this.isOver) throw new RealtimeClientError('closed', 'The line was closed.');
    this.line = openLine(this.listener);
    this.wanted?.(this.line);
    return this.line;
  }

  private ask<T>(question: (line: Line) => Promise<T>): Promise<T> {
    return this.line ? question(this.line) : this.loading.then(question);
  }
}

async function inTime<T>(loading: Promise<T>, ms: number): Promise<T> {
  const loaded = new AbortController();
  const late = sleep(ms, loaded.signal).then(() => {
    throw new RealtimeClientError('timeout', 'The transport could not be loaded in time.');
  });
  try {
    return await Promise.race([loading, late]);
  } finally {
    loaded.abort();
  }
}
