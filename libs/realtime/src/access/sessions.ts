import {
  HttpException,
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { RealtimeBus, REVOCATIONS } from '../bus/realtime-bus.js';
import { RealtimeError } from '../realtime.errors.js';
import {
  type Handshake,
  type Principal,
  REALTIME_OPTIONS,
  type ResolvedOptions,
} from '../realtime.options.js';
import { jitter } from '../timing/jitter.js';
import { TimerWheel } from '../timing/timer-wheel.js';
import { expiresInMs } from './credentials.js';
import { type ExpulsionCode, Session } from './session.js';

/** Who is connected to gateway and hub. */
@Injectable()
export class Sessions implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Realtime');
  private readonly sessions = new Set<Session>();
  private readonly byPrincipal = new Map<string, Set<Session>>();
  private revocations: Subscription | undefined;

  constructor(
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly bus: RealtimeBus,
    private readonly deadlines: TimerWheel,
  ) {}

  /** How many there are. */
  get size(): number {
    return this.sessions.size;
  }

  onModuleInit(): void {
    this.revocations = this.bus.stream<{ principal: string }>(REVOCATIONS).subscribe({
      next: ({ data }) => this.expel(data.principal),
      error: (error: unknown) => this.logger.error('Revocations are no longer heard.', error),
    });
  }

  onApplicationShutdown(): void {
    this.revocations?.unsubscribe();
  }

  /**
   * Asks the application who it is.
   * @throws RealtimeError `unauthorized`, what the application threw, or `internal`
   */
  async authenticate(handshake: Handshake): Promise<Principal | undefined> {
    const principal = await this.ask(handshake);
    if (principal && expiresInMs(principal) <= 0)
      throw new RealtimeError('unauthorized', 'The credentials have expired.');
    return principal ?? undefined;
  }

  /**
   * Counts a connection, which `expel` ends when its credentials do.
   * @throws RealtimeError `too-many-connections`
   */
  open(principal: Principal | undefined, expel: (code: ExpulsionCode) => void): Session {
    const { connections, connectionsPerPrincipal } = this.options.limits;
    if (this.sessions.size >= connections) throw tooMany('The server has too many connections.', 503);
    const own = principal && this.byPrincipal.get(principal.id);
    if (own && own.size >= connectionsPerPrincipal) throw tooMany('You have too many connections.', 429);

    const session = new Session(principal, expel, this.deadlines, () => this.remove(session));
    this.sessions.add(session);
    if (!principal) return session;
    if (own) own.add(session);
    else this.byPrincipal.set(principal.id, new Set([session]));
    return session;
  }

  private remove(session: Session): void {
    this.sessions.delete(session);
    if (!session.principal) return;
    const own = this.byPrincipal.get(session.principal.id);
    if (own?.delete(session) && own.size === 0) this.byPrincipal.delete(session.principal.id);
  }

  private expel(principalId: string): void {
    for (const session of this.byPrincipal.get(principalId) ?? []) session.end('revoked');
  }

  private async ask(handshake: Handshake): Promise<Principal | undefined | null> {
    try {
      return await this.options.authenticate?.(handshake);
    } catch (error) {
      if (error instanceof RealtimeError) throw error;
      if (!(error instanceof HttpException)) {
        this.logger.error('authenticate() failed; the client was refused.', error);
        throw new RealtimeError('internal', 'Internal server error');
      }
      throw refused(error);
    }
  }
}

function refused(error: HttpException): RealtimeError {
  const status = error.getStatus();
  const code = status === 401 ? 'unauthorized' : status === 403 ? 'forbidden' : 'internal';
  return new RealtimeError(code, error.message, undefined, status);
}

function tooMany(message: string, status: number): RealtimeError {
  return new RealtimeError('too-many-connections', message, jitter(5_000), status);
}
