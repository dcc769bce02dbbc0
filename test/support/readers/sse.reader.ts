import type { EventSourceMessage } from 'eventsource-parser';
import type { TopicEvent } from 'nestjs-realtime-protocol';
import { ended, openResponse } from './http-answer.js';
import { SseBlocks } from './sse-blocks.js';
import type { Listener, TransportReader } from './transport-reader.js';

/** A stream in log mode: of a route or of the hub. */
export class SseReader implements TransportReader {
  constructor(
    readonly name: string,
    private readonly path: string,
    private readonly envelope: boolean,
  ) {}

  async read(url: string, since: string | undefined, listener: Listener, signal: AbortSignal): Promise<void> {
    const target = new URL(this.path, url);
    if (since === 'earliest') target.searchParams.set('since', since);
    const headers = {
      Accept: 'text/event-stream',
      ...(since && since !== 'earliest' && { 'Last-Event-ID': since }),
    };
    const hearing = new Hearing(listener, this.envelope);
    const blocks = new SseBlocks(
      (message) => hearing.hear(message),
      (id) => listener.moved(id),
    );
    try {
      const response = await openResponse(target.href, headers, signal, false);
      const { statusCode } = response;
      if (statusCode === 500) listener.failed();
      else if (statusCode !== 200 && statusCode !== 503) throw new Error(`answered with ${statusCode}`);
      if (statusCode !== 200) return void response.destroy();
      // Decodes characters that come in pieces.
      for await (const text of response.setEncoding('utf8')) blocks.feed(text as string);
    } catch (error) {
      ended(error);
    }
  }
}

/** What one stream says. */
class Hearing {
  /** Why history was lost, until the snapshot that follows. */
  private lost: string | undefined;

  constructor(
    private readonly listener: Listener,
    private readonly envelope: boolean,
  ) {}

  hear({ id, event = 'message', data }: EventSourceMessage): void {
    const value = JSON.parse(data) as unknown;
    switch (event) {
      case '$live':
        return this.listener.moved(idOf(id, value));
      case '$closing':
        return id === undefined ? undefined : this.listener.moved(id);
      case '$reset':
        return this.reset(id, value as { reason: string });
      case '$snapshot':
        return this.snapshot(id, value);
      default:
        this.event(id, event, value);
    }
  }

  private reset(id: string | undefined, value: { reason: string }): void {
    if (id === undefined) this.lost = value.reason;
    else this.listener.reset(value.reason, idOf(id, value));
  }

  private snapshot(id: string | undefined, state: unknown): void {
    if (id === undefined) throw new Error('a snapshot without id');
    if (this.lost) this.listener.reset(this.lost, id);
    this.lost = undefined;
    this.listener.snapshot?.(state);
    this.listener.moved(id);
  }

  private event(id: string | undefined, type: string, value: unknown): void {
    if (id === undefined || this.lost) throw new Error(`${type} with id ${id}, after ${this.lost}`);
    if (!this.envelope) return this.listener.event({ id, type, data: value });
    const whole = value as TopicEvent;
    if (whole.id !== id || whole.type !== type) throw new Error(`${id} ${type} around ${whole.id}`);
    this.listener.event(whole);
  }
}

/** Control events say their cursor twice. */
function idOf(id: string | undefined, value: unknown): string {
  const { cursor } = value as { cursor: string };
  if (id !== cursor) throw new Error(`id ${id}, cursor ${cursor}`);
  return cursor;
}
