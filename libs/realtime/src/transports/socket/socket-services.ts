import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Position, ProtocolError, type ResetReason } from 'nestjs-realtime-protocol';
import { ClientPublisher } from '../../access/client-publisher.js';
import { handshakeOf } from '../../access/handshake.js';
import type { Session } from '../../access/session.js';
import { Sessions } from '../../access/sessions.js';
import { TopicPolicies } from '../../access/topic-policies.js';
import { Feeds } from '../../bus/feeds.js';
import type { RealtimeEngine, Since } from '../../engines/engine.interface.js';
import { RealtimeError } from '../../realtime.errors.js';
import { REALTIME_ENGINE, REALTIME_OPTIONS, type ResolvedOptions } from '../../realtime.options.js';
import { Heartbeats } from '../heartbeats.js';
import { queryOf } from '../http-exchange.js';

/** Where a subscription begins. */
export interface Beginning {
  /** What the client is told. */
  readonly cursor: Position;
  /** Where reading begins. */
  readonly since: Since;
  readonly recovered: boolean;
  readonly reset?: ResetReason;
}

/** What all sockets share. */
@Injectable()
export class SocketServices {
  constructor(
    @Inject(REALTIME_ENGINE) private readonly engine: RealtimeEngine,
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly sessions: Sessions,
    readonly feeds: Feeds,
    readonly heartbeats: Heartbeats,
    readonly policies: TopicPolicies,
    readonly publisher: ClientPublisher,
  ) {}

  /** Looks whether the log still has everything after `since`. */
  async begin(topics: readonly string[], since: Since | undefined): Promise<Beginning> {
    const { reset, cursor } = await this.engine.read(topics, {
      since: since ?? 'latest',
      limit: 1,
      maxBytes: 1,
    });
    if (reset) return { cursor, since: cursor, recovered: false, reset: reset.reason };
    if (since === undefined) return { cursor, since: cursor, recovered: false };
    // Whoever loses the connection before the first event must not come back later than `earliest`.
    const told = since instanceof Position ? since : new Position(cursor.epoch, 0, 0);
    return { cursor: told, since, recovered: true };
  }

  /** @throws RealtimeError `too-many-topics` */
  checkCount(topics: number): void {
    const { topicsPerConnection } = this.options.limits;
    if (topics <= topicsPerConnection) return;
    throw new RealtimeError('too-many-topics', `At most ${topicsPerConnection} topics on one connection.`);
  }

  /** @throws RealtimeError `unauthorized` */
  async refresh(session: Session, request: IncomingMessage, token: string): Promise<{ expiresAt?: string }> {
    const handshake = handshakeOf(request, 'socket', queryOf(request), token);
    const principal = await this.sessions.authenticate(handshake);
    if (principal?.id !== session.principal?.id) {
      throw new RealtimeError('unauthorized', 'The token is somebody else’s.');
    }
    session.renew(principal);
    const expiresAt = principal?.expiresAt;
    return expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() };
  }

  unknown(name: string): ProtocolError {
    return new ProtocolError('message-invalid', `There is no message ${JSON.stringify(name.slice(0, 64))}.`);
  }
}
