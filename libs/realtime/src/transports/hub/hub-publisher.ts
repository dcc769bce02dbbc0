import type { IncomingMessage } from 'node:http';
import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import { ClientPublisher } from '../../access/client-publisher.js';
import { handshakeOf } from '../../access/handshake.js';
import { Sessions } from '../../access/sessions.js';
import { RealtimeError } from '../../realtime.errors.js';
import { REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { parsePublish } from '../client-messages.js';
import { Connections } from '../connections.js';
import { queryOf } from '../http-exchange.js';

/** Answers `POST realtime/events`. */
@Injectable()
export class HubPublisher {
  constructor(
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly sessions: Sessions,
    private readonly connections: Connections,
    private readonly publisher: ClientPublisher,
  ) {}

  async publish(request: IncomingMessage, body: unknown, idempotencyKey?: string): Promise<{ id: string }> {
    if (!this.options.hub) throw new NotFoundException();
    this.connections.admit();
    const principal = await this.sessions.authenticate(handshakeOf(request, 'publish', queryOf(request)));
    const message = parsePublish({ idempotencyKey, ...asBody(body) });
    const { id } = await this.publisher.publish(principal, message);
    return { id };
  }
}

function asBody(body: unknown): object {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new RealtimeError('message-invalid', 'The body must be a JSON object: { "topic", "type", "data" }.');
}
