import { Inject, Injectable } from '@nestjs/common';
import { Batch } from '../bus/batch.js';
import { Feeds } from '../bus/feeds.js';
import { PAGE } from '../bus/page.js';
import type { TopicRef } from '../bus/topic-ref.js';
import type { RealtimeEngine } from '../engines/engine.interface.js';
import { REALTIME_ENGINE } from '../realtime.options.js';
import { Connections } from './connections.js';
import type { HttpExchange } from './http-exchange.js';
import { LogAnswer } from './log-answer.js';
import { LogWait } from './log-wait.js';
import type { PollRequest } from './poll-request.js';
import { TimerWheel } from '../timing/timer-wheel.js';

/** Polls in log mode: of `@ShortPoll`, of `@LongPoll` and of the hub. */
@Injectable()
export class LogPolls {
  constructor(
    @Inject(REALTIME_ENGINE) private readonly engine: RealtimeEngine,
    private readonly feeds: Feeds,
    private readonly connections: Connections,
    private readonly deadlines: TimerWheel,
  ) {}

  /** Answers at once. `intervalMs` is when to come back if there is nothing new. */
  async now(exchange: HttpExchange, ref: TopicRef, request: PollRequest, intervalMs?: number): Promise<void> {
    const answer = new LogAnswer(exchange, ref);
    const page = await this.engine.read(ref.topics, { since: request.since ?? 'latest', ...PAGE });
    if (page.reset) return answer.reset(page.reset.reason, page.cursor);
    if (!request.since) return answer.first(page.cursor);
    if (page.events.length > 0) return answer.events(new Batch(page.events));
    answer.nothing(page.cursor, intervalMs);
  }

  /** Answers as soon as there is something new, or after `waitMs`. */
  async wait(exchange: HttpExchange, ref: TopicRef, request: PollRequest, waitMs: number): Promise<void> {
    if (!request.since || waitMs === 0 || exchange.isHead) return this.now(exchange, ref, request);
    const wait = new LogWait(exchange, new LogAnswer(exchange, ref), this.connections, this.deadlines);
    await wait.begin((sink) => this.feeds.reader(ref.topics, sink), request.since, waitMs);
  }
}
