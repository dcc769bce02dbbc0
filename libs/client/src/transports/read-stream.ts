import { CONTROL, type ResetReason, type TopicEvent } from 'nestjs-realtime-protocol';
import { EventStreamParser, type StreamBlock } from './event-stream.js';
import type { LineEnd, LineListener, States } from './line.js';
import type { ReadHub } from './http-line.js';

/**
 * Server-Sent Events by `fetch`, everywhere. A browser's `EventSource` would keep less than is promised: it tells
 * nothing of events whose type nobody listens to, nor of heartbeats, so a dead line looks like a quiet one and the
 * cursor of a quiet reader grows old; it sends no token in a header, and does not say why it was refused.
 * @param silenceMs after so much of it a stream is dead: servers say something every 15 s
 */
export function readStream(silenceMs: number): ReadHub {
  return (hub, read, listener, signal) =>
    hub.ask(read, 'text/event-stream', signal, async ({ body }, watchdog) => {
      listener.opened();
      const hearing = new Hearing(listener);
      const parser = new EventStreamParser((block) => hearing.hear(block));
      const decoder = new TextDecoder();
      const reader = body!.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        signal.throwIfAborted();
        watchdog.feed(silenceMs);
        parser.feed(decoder.decode(part.value, { stream: true }));
      }
      return hearing.end;
    });
}

/** What one stream says. */
class Hearing {
  end: LineEnd = {};
  /** Why history was lost, until the snapshot that follows: it has the cursor. */
  private lost: ResetReason | undefined;

  constructor(private readonly listener: LineListener) {}

  hear({ id, event, data }: StreamBlock): void {
    if (data === undefined) return this.moved(id);
    const value = JSON.parse(data) as unknown;
    switch (event) {
      case CONTROL.live:
        this.moved(id);
        return this.listener.live();
      case CONTROL.reset:
        return this.reset(id, value as { reason: ResetReason });
      case CONTROL.snapshot:
        return this.snapshot(id!, value as States);
      case CONTROL.closing:
        this.end = { retryMs: (value as { retryMs: number }).retryMs };
        return this.moved(id);
      default:
        this.listener.events([value as TopicEvent]);
    }
  }

  private moved(id: string | undefined): void {
    if (id !== undefined) this.listener.moved(id);
  }

  private reset(id: string | undefined, { reason }: { reason: ResetReason }): void {
    if (id === undefined) this.lost = reason;
    else this.listener.reset(reason, id);
  }

  private snapshot(cursor: string, states: States): void {
    if (this.lost) this.listener.reset(this.lost, cursor);
    this.lost = undefined;
    this.listener.snapshot(cursor, states);
  }
}
