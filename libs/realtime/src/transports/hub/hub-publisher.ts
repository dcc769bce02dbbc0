import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  NotFoundException,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { ClientPublisher } from '../../access/client-publisher.js';
import { handshakeOf } from '../../access/handshake.js';
import { Sessions } from '../../access/sessions.js';
import { RealtimeError } from '../../realtime.errors.js';
import { REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { answering } from '../answering.js';
import { parsePublish } from '../client-messages.js';
import { Connections } from '../connections.js';
import type { HttpExchange } from '../http-exchange.js';

const JSON_TYPE = Object.freeze({ 'Content-Type': 'application/json; charset=utf-8' });

/** Answers `POST realtime/events`. */
@Injectable()
export class HubPublisher implements NestInterceptor {
  constructor(
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly sessions: Sessions,
    private readonly connections: Connections,
    private readonly publisher: ClientPublisher,
  ) {}

  intercept(context: ExecutionContext, _next: CallHandler): Observable<unknown> {
    if (!this.options.hub) throw new NotFoundException();
    const { body } = context.switchToHttp().getRequest<{ readonly body?: unknown }>();
    return answering(context, (exchange) => this.answer(exchange, body));
  }

  private async answer(exchange: HttpExchange, body: unknown): Promise<void> {
    this.connections.admit();
    const principal = await this.sessions.identify(handshakeOf(exchange.request, 'publish', exchange.query));
    assertJson(exchange);
    const idempotencyKey = exchange.header('idempotency-key');
    const message = parsePublish(body, idempotencyKey);
    const { id } = await this.publisher.publish(principal, message);
    exchange.end(201, () => JSON_TYPE, JSON.stringify({ id }));
  }
}

/** Of what a page can send to another origin unasked, cookies along with it, nothing is JSON. */
function assertJson(exchange: HttpExchange): void {
  const [type = ''] = (exchange.header('content-type') ?? '').split(';', 1);
  if (/^application\/([\w.+-]+\+)?json$/i.test(type.trim())) return;
  throw new RealtimeError('message-invalid', 'Send JSON, as Content-Type: application/json.', undefined, 415);
}
