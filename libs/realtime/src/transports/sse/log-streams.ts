import { Inject, Injectable } from '@nestjs/common';
import { CONTROL } from 'nestjs-realtime-protocol';
import { Feeds } from '../../bus/feeds.js';
import { parseSince } from '../../bus/realtime-bus.js';
import type { TopicRef } from '../../bus/topic-ref.js';
import type { RealtimeEngine, Since } from '../../engines/engine.interface.js';
import { REALTIME_ENGINE } from '../../realtime.options.js';
import type { HttpExchange } from '../http-exchange.js';
import { sinceOf } from '../poll-request.js';
import { LogSource } from './log-source.js';
import type { SseEncoding } from './sse-encoding.js';
import { SseStreams } from './sse-streams.js';

/** Streams in log mode: of `@Sse` and of the hub. */
@Injectable()
export class LogStreams {
  constructor(
    @Inject(REALTIME_ENGINE) private readonly engine: RealtimeEngine,
    private readonly feeds: Feeds,
    private readonly streams: SseStreams,
  ) {}

  /** Has `ref` streamed from the client's cursor on, or from its snapshot. */
  async open(exchange: HttpExchange, ref: TopicRef, encoding: SseEncoding): Promise<void> {
    const since = cursorOf(exchange);
    const head = await this.engine.head();
    const withSnapshot = !since && ref.load && !exchange.isHead;
    // Loaded before the headers leave, so that what fails here is answered as any failing handler.
    const snapshot = withSnapshot ? await ref.load?.() : undefined;
    this.streams.open(exchange, (stream) => {
      const source = new LogSource(stream, ref, encoding, (sink) => this.feeds.reader(ref.topics, sink));
      if (withSnapshot) stream.event(CONTROL.snapshot, head, snapshot);
      source.start(since ?? head);
    });
  }
}

/** The header wins: a browser that comes back sends it along with the URL it was given. */
function cursorOf(exchange: HttpExchange): Since | undefined {
  const lastEventId = exchange.header('last-event-id');
  return lastEventId ? parseSince(lastEventId) : sinceOf(exchange.query);
}
