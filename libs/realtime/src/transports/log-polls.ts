import { Inject, Injectable } from '@nestjs/common';
import type { Position } from 'nestjs-realtime-protocol';
import { Batch } from '../bus/batch.js';
import { Feeds } from '../bus/feeds.js';
import { PAGE } from '../bus/page.js';
import type { TopicRef } from '../bus/topic-ref.js';
import type { RealtimeEngine } from '../engines/engine.interface.js';
import { REALTIME_ENGINE } from '../realtime.options.js';
import { TimerWheel } from '../timing/timer-wheel.js';
import { Connections } from './connections.js';
import type { HttpExchange } from './http-exchange.js';
import { LogAnswer } from './log-answer.js';
import { LogWait } from './log-wait.js';
import type { PollRequest } from './poll-request.js';

/** Polls in log mode: of `@ShortPoll`, of `@LongPoll` and of the hub. */
@Injectable()
export class LogPolls {
  constructor(
    @Inject(REALTIME_ENGINE) private readonly engine: RealtimeEngine,
    private readonly feeds: Feeds,
    private readonly connections: Connections,
    private readonly deadlines: TimerWheel,
  ) {}

  /** Answers at once. `intervalMs` is when to ask again, once there is nothing more to be had. */
  async now(exchange: HttpExchange, ref: TopicRef, request: PollRequest, intervalMs?: number): Promise<void> {
    const answer = new LogAnswer(exchange, ref, intervalMs);
    const cursor = await this.answer(answer, ref, request);
    if (cursor) answer.nothing(cursor);
  }

  /** Answers as soon as there is something new, or after `waitMs`. */
  async wait(exchange: HttpExchange, ref: TopicRef, request: PollRequest, waitMs: number): Promise<void> {
    const answer = new LogAnswer(exchange, ref);
    const cursor = await this.answer(answer, ref, request);
    if (!cursor || exchange.isGone) return;
    if (waitMs === 0 || exchange.isHead) return answer.nothing(cursor);
    const wait = new LogWait(exchange, answer, this.connections, this.deadlines);
    await wait.begin((sink) => this.feeds.reader(ref.topics, sink), cursor, waitMs);
  }

  /** Answers with what the log has. @returns where it ends, if it has nothing */
  private async answer(
    answer: LogAnswer,
    { topics }: TopicRef,
    { since }: PollRequest,
  ): Promise<Position | undefined> {
    const page = await this.engine.read(topics, { since: since ?? 'latest', ...PAGE });
    if (page.reset) await answer.reset(page.reset.reason, page.cursor);
    else if (!since) await answer.first(page.cursor);
    else if (page.events.length > 0) answer.events(new Batch(page.events), !page.complete);
    else return page.cursor;
    return undefined;
  }
}
