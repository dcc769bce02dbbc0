import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  NotFoundException,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { handshakeOf } from '../../access/handshake.js';
import type { ExpulsionCode } from '../../access/session.js';
import { Sessions } from '../../access/sessions.js';
import { TopicPolicies } from '../../access/topic-policies.js';
import { TopicRef } from '../../bus/topic-ref.js';
import { RealtimeError } from '../../realtime.errors.js';
import { type Principal, REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { jitter } from '../../timing/jitter.js';
import { parseTopics } from '../client-messages.js';
import { answering } from '../answering.js';
import { Connections } from '../connections.js';
import type { HttpExchange } from '../http-exchange.js';
import { LogPolls } from '../log-polls.js';
import { parsePollRequest } from '../poll-request.js';
import { LogStreams } from '../sse/log-streams.js';
import { envelopeEncoding } from '../sse/sse-encoding.js';

/** Answers `GET realtime/events`: a stream for who accepts one, else a poll. */
@Injectable()
export class HubReader implements NestInterceptor {
  constructor(
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly sessions: Sessions,
    private readonly policies: TopicPolicies,
    private readonly connections: Connections,
    private readonly polls: LogPolls,
    private readonly streams: LogStreams,
  ) {}

  intercept(context: ExecutionContext, _next: CallHandler): Observable<unknown> {
    if (!this.options.hub) throw new NotFoundException();
    return answering(context, (exchange) => this.answer(exchange));
  }

  private async answer(exchange: HttpExchange): Promise<void> {
    this.connections.admit();
    const streaming = /\btext\/event-stream\b/i.test(exchange.header('accept') ?? '');
    const handshake = handshakeOf(exchange.request, streaming ? 'sse' : 'poll', exchange.query);
    const principal = await this.sessions.authenticate(handshake);
    const topics = this.topics(exchange);
    await this.policies.checkSubscribe(principal, topics);
    const ref = TopicRef.of(topics, this.policies.snapshots(principal, topics));

    this.openSession(exchange, principal);
    if (streaming) return this.streams.open(exchange, ref, envelopeEncoding);
    const request = parsePollRequest(exchange);
    const { maxWaitMs } = this.options.longPoll;
    if (request.waitMs) return this.polls.wait(exchange, ref, request, Math.min(request.waitMs, maxWaitMs));
    return this.polls.now(exchange, ref, request, jitter(this.options.shortPoll.intervalMs));
  }

  private topics(exchange: HttpExchange): readonly string[] {
    const topics = parseTopics({ topics: exchange.query.getAll('topic') });
    const { topicsPerConnection } = this.options.limits;
    if (topics.length <= topicsPerConnection) return topics;
    throw new RealtimeError('too-many-topics', `At most ${topicsPerConnection} topics on one connection.`);
  }

  private openSession(exchange: HttpExchange, principal: Principal | undefined): void {
    // A stream ends; the client that comes back is asked for its credentials again.
    const session = this.sessions.open(principal, (code) => exchange.fail(expelled(code)));
    exchange.onClose(() => session.close());
  }
}

function expelled(code: ExpulsionCode): RealtimeError {
  return new RealtimeError(code, `The credentials have been ${code}.`);
}
