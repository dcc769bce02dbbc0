import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  NotFoundException,
} from '@nestjs/common';
import { ProtocolError } from 'nestjs-realtime-protocol';
import type { Observable } from 'rxjs';
import { handshakeOf } from '../../access/handshake.js';
import { EXPULSIONS, type Session } from '../../access/session.js';
import { Sessions } from '../../access/sessions.js';
import { TopicPolicies } from '../../access/topic-policies.js';
import { TopicRef } from '../../bus/topic-ref.js';
import { RealtimeError } from '../../realtime.errors.js';
import { type Handshake, REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { jitter } from '../../timing/jitter.js';
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
    const session = await this.enter(exchange, handshake);
    const topics = this.topics(exchange.query);
    await this.policies.checkSubscribe(session.principal, topics);
    const ref = TopicRef.of(topics, this.policies.snapshots(session.principal, topics));
    return streaming ? this.streams.open(exchange, ref, envelopeEncoding) : this.poll(exchange, ref);
  }

  private async enter(exchange: HttpExchange, handshake: Handshake): Promise<Session> {
    // A stream ends; the client that comes back is asked for its credentials again.
    const session = await this.sessions.enter(handshake, (code) =>
      exchange.fail(new RealtimeError(code, EXPULSIONS[code])),
    );
    try {
      exchange.hold();
    } catch (error) {
      session.close();
      throw error;
    }
    exchange.onClose(() => session.close());
    return session;
  }

  private poll(exchange: HttpExchange, ref: TopicRef): Promise<void> {
    const request = parsePollRequest(exchange);
    if (request.waitMs === undefined) {
      return this.polls.now(exchange, ref, request, jitter(this.options.shortPoll.intervalMs));
    }
    const waitMs = Math.min(request.waitMs, this.options.longPoll.maxWaitMs);
    if (request.preferred) exchange.setHeaders({ 'Preference-Applied': `wait=${Math.floor(waitMs / 1000)}` });
    return this.polls.wait(exchange, ref, request, waitMs);
  }

  private topics(query: URLSearchParams): readonly string[] {
    const { topics } = TopicRef.of(query.getAll('topic'));
    const { topicsPerConnection } = this.options.limits;
    if (topics.length === 0) throw new ProtocolError('query-invalid', 'Name at least one "topic".');
    if (topics.length <= topicsPerConnection) return topics;
    throw new RealtimeError('too-many-topics', `At most ${topicsPerConnection} topics on one connection.`);
  }
}
