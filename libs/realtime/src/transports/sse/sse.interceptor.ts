import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { lastValueFrom, type Observable } from 'rxjs';
import { TopicRef } from '../../bus/topic-ref.js';
import { Feeds } from '../../bus/feeds.js';
import type { RealtimeEngine } from '../../engines/engine.interface.js';
import { REALTIME_ENGINE } from '../../realtime.options.js';
import { answering } from '../answering.js';
import { Connections } from '../connections.js';
import type { HttpExchange } from '../http-exchange.js';
import { handlerName, missingTopic, ReaderRoutes } from '../reader-route.js';
import { callState } from '../state.js';
import { type StateView, StateWatch } from '../state-watch.js';
import { TopicTemplate } from '../topic-template.js';
import { LogStreams } from './log-streams.js';
import { ObservableSource } from './observable-source.js';
import type { SseOptions } from './sse-options.js';
import { dataEncoding, envelopeEncoding } from './sse-encoding.js';
import { provideSignal } from './sse-signal.js';
import { SseStreams } from './sse-streams.js';
import { StateSource } from './state-source.js';
import { Streamed } from './streamed.js';

/** Answers the routes of `@Sse`. */
@Injectable()
export class SseInterceptor implements NestInterceptor {
  constructor(
    @Inject(REALTIME_ENGINE) private readonly engine: RealtimeEngine,
    private readonly reflector: Reflector,
    private readonly feeds: Feeds,
    private readonly streams: SseStreams,
    private readonly logStreams: LogStreams,
    private readonly connections: Connections,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const options: SseOptions = this.reflector.get(ReaderRoutes, context.getHandler())[0]!.options;
    return answering(context, async (exchange) => {
      this.connections.admit();
      if (exchange.isGone) return;
      provideSignal(exchange, context.switchToHttp().getRequest());
      if (options.topic !== undefined) await this.state(exchange, context, next, options.topic);
      else await this.other(exchange, context, next, options);
    });
  }

  private async state(
    exchange: HttpExchange,
    context: ExecutionContext,
    next: CallHandler,
    template: string | readonly string[],
  ): Promise<void> {
    const { topics } = new TopicTemplate(template).fill(exchange.params);
    const since = await this.engine.head();
    const load = () => callState(next, context);
    const state = await load();
    this.streams.open(exchange, (stream) => {
      const watch = (view: StateView) => new StateWatch(this.feeds, topics, view);
      new StateSource(stream, handlerName(context), load, watch).start(state, since);
    });
  }

  private async other(
    exchange: HttpExchange,
    context: ExecutionContext,
    next: CallHandler,
    { envelope }: SseOptions,
  ): Promise<void> {
    const result: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
    if (result instanceof TopicRef) {
      return this.logStreams.open(exchange, result, envelope ? envelopeEncoding : dataEncoding);
    }
    if (!(result instanceof Streamed)) throw missingTopic(context, 'Sse');
    await this.messages(exchange, new ObservableSource(handlerName(context)), result);
  }

  private async messages(
    exchange: HttpExchange,
    source: ObservableSource,
    { messages }: Streamed,
  ): Promise<void> {
    if (exchange.isGone) return;
    if (!exchange.isHead) {
      exchange.onClose(() => source.close());
      await source.begin(messages);
    }
    this.streams.open(exchange, (stream) => source.attach(stream));
  }
}
