import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { Feeds } from '../../bus/feeds.js';
import { TopicRef } from '../../bus/topic-ref.js';
import type { RealtimeEngine } from '../../engines/engine.interface.js';
import { REALTIME_ENGINE, REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { TimerWheel } from '../../timing/timer-wheel.js';
import { answering } from '../answering.js';
import { Connections } from '../connections.js';
import type { HttpExchange } from '../http-exchange.js';
import { LogPolls } from '../log-polls.js';
import { parsePollRequest, type PollRequest } from '../poll-request.js';
import { missingTopic, ReaderRoutes } from '../reader-route.js';
import { callHandler, callState } from '../state.js';
import { StateWatch } from '../state-watch.js';
import { TopicTemplate } from '../topic-template.js';
import type { LongPollOptions } from './long-poll-options.js';
import { SharedStates } from './shared-states.js';
import { StateWait } from './state-wait.js';

/** Answers the routes of `@LongPoll`. */
@Injectable()
export class LongPollInterceptor implements NestInterceptor {
  private readonly shared = new SharedStates();

  constructor(
    @Inject(REALTIME_ENGINE) private readonly engine: RealtimeEngine,
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly reflector: Reflector,
    private readonly feeds: Feeds,
    private readonly polls: LogPolls,
    private readonly connections: Connections,
    private readonly deadlines: TimerWheel,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const options: LongPollOptions = this.reflector.get(ReaderRoutes, context.getHandler())[0]!.options;
    return answering(context, (exchange) => this.answer(exchange, context, next, options));
  }

  private async answer(
    exchange: HttpExchange,
    context: ExecutionContext,
    next: CallHandler,
    options: LongPollOptions,
  ): Promise<unknown> {
    this.connections.admit();
    if (exchange.isGone) return undefined;
    const request = parsePollRequest(exchange);
    const waitMs = this.waitMs(exchange, request, options);
    if (options.topic === undefined) {
      const ref = await callHandler(next);
      if (!(ref instanceof TopicRef)) throw missingTopic(context, 'LongPoll');
      return this.polls.wait(exchange, ref, request, waitMs);
    }
    const { topics } = new TopicTemplate(options.topic).fill(exchange.params);
    const load = () => callState(next, context);
    const loader = options.share ? this.shared.share(exchange, load) : load;
    const wait = new StateWait(exchange, loader, this.connections, this.deadlines);
    return wait.begin((view) => new StateWatch(this.feeds, topics, view), await this.engine.head(), waitMs);
  }

  private waitMs(exchange: HttpExchange, request: PollRequest, options: LongPollOptions): number {
    const longest = options.maxWaitMs ?? this.options.longPoll.maxWaitMs;
    const usual = options.waitMs ?? this.options.longPoll.waitMs;
    const waitMs = Math.min(request.waitMs ?? usual, longest);
    if (request.preferred) exchange.setHeaders({ 'Preference-Applied': `wait=${Math.floor(waitMs / 1000)}` });
    return exchange.isHead ? 0 : waitMs;
  }
}
