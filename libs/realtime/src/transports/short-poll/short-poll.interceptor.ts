import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Position } from 'nestjs-realtime-protocol';
import type { Observable } from 'rxjs';
import { TopicRef } from '../../bus/topic-ref.js';
import type { RealtimeEngine } from '../../engines/engine.interface.js';
import { REALTIME_ENGINE, REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { jitter } from '../../timing/jitter.js';
import { answerHeaders } from '../answer-headers.js';
import { answering } from '../answering.js';
import { Connections } from '../connections.js';
import { isKnown } from '../etag.js';
import type { AnswerHeaders, HttpExchange } from '../http-exchange.js';
import { LogPolls } from '../log-polls.js';
import { parsePollRequest } from '../poll-request.js';
import { ReaderRoutes } from '../reader-route.js';
import { callHandler } from '../state.js';
import { TopicTemplate } from '../topic-template.js';
import type { ShortPollOptions } from './short-poll-options.js';

/** Answers the routes of `@ShortPoll`. */
@Injectable()
export class ShortPollInterceptor implements NestInterceptor {
  constructor(
    @Inject(REALTIME_ENGINE) private readonly engine: RealtimeEngine,
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly reflector: Reflector,
    private readonly polls: LogPolls,
    private readonly connections: Connections,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const options: ShortPollOptions = this.reflector.get(ReaderRoutes, context.getHandler())[0]!.options;
    return answering(context, (exchange) => this.answer(exchange, next, options));
  }

  private async answer(
    exchange: HttpExchange,
    next: CallHandler,
    options: ShortPollOptions,
  ): Promise<unknown> {
    this.connections.admit();
    if (exchange.isGone) return undefined;
    const request = parsePollRequest(exchange);
    const cursor = await this.engine.head();
    const intervalMs = jitter(options.intervalMs ?? this.options.shortPoll.intervalMs);
    const headers = (etag?: string): AnswerHeaders => {
      return () => ({ ...answerHeaders(exchange, cursor, intervalMs), ...(etag && { ETag: etag }) });
    };
    const topicTag = options.etag === 'topic' ? await this.topicTag(exchange, options, cursor) : undefined;
    if (topicTag && isKnown(request.ifNoneMatch, topicTag)) return exchange.end(304, headers(topicTag));

    const result = await callHandler(next);
    if (result instanceof TopicRef) return this.polls.now(exchange, result, request, intervalMs);
    if (!result) return exchange.end(202, headers());
    const etag = topicTag ?? result.etag;
    if (isKnown(request.ifNoneMatch, etag)) return exchange.end(304, headers(etag));
    exchange.carry(headers(etag));
    return result.value;
  }

  /** Taken before the handler runs: a change in between makes a poll too many, never one too few. */
  private async topicTag(exchange: HttpExchange, options: ShortPollOptions, head: Position): Promise<string> {
    const { topics } = new TopicTemplate(options.topic!).fill(exchange.params);
    const latest = await Promise.all(topics.map((topic) => this.engine.latest(topic)));
    return `W/"${head.epoch}.${latest.map((event) => event?.id.slice(head.epoch.length + 1) ?? '').join('.')}"`;
  }
}
