import { Inject, Injectable } from '@nestjs/common';
import { RealtimeError } from '../realtime.errors.js';
import {
  type Handshake,
  type Principal,
  REALTIME_OPTIONS,
  type ResolvedOptions,
} from '../realtime.options.js';
import { jitter } from '../timing/jitter.js';
import { TimerWheel } from '../timing/timer-wheel.js';
import { Authenticator } from './authenticator.js';
import { type ExpulsionCode, Session } from './session.js';

/** Stands for every principal: none has an empty id. */
const EVERYBODY = '';

/** Who is connected to gateway and hub. */
@Injectable()
export class Sessions {
  private readonly sessions = new Set<Session>();
  private readonly byPrincipal = new Map<string, Set<Session>>();
  /** For each client that is being asked who it is: who was revoked meanwhile. */
  private readonly entering = new Set<Set<string>>();

  constructor(
    @Inject(REALTIME_OPTIONS) private readonly options: ResolvedOptions,
    private readonly authenticator: Authenticator,
    private readonly deadlines: TimerWheel,
  ) {}

  /** How many there are. */
  get size(): number {
    return this.sessions.size;
  }

  /**
   * Asks a client who it is, and counts its connection, which `expel` ends when its right to be there does.
   * @throws RealtimeError `too-many-connections`, and what `identify` throws
   */
  async enter(handshake: Handshake, expel: (code: ExpulsionCode) => void): Promise<Session> {
    return this.open(await this.identify(handshake), expel);
  }

  /**
   * Takes new credentials for a session, of the same principal.
   * @throws RealtimeError what `identify` throws
   */
  async refresh(session: Session, handshake: Handshake): Promise<void> {
    const principal = await this.identify(handshake);
    if (principal?.id !== session.principal?.id) {
      throw new RealtimeError('unauthorized', 'The token is somebody else’s.');
    }
    session.renew(principal);
  }

  /**
   * Asks a client who it is. One who is revoked while `authenticate` runs, and may have looked before, is out.
   * @throws RealtimeError `unauthorized`, what the application refused with, or `internal`
   */
  async identify(handshake: Handshake): Promise<Principal | undefined> {
    const revoked = new Set<string>();
    this.entering.add(revoked);
    try {
      const principal = await this.authenticator.identify(handshake);
      if (!principal || !(revoked.has(principal.id) || revoked.has(EVERYBODY))) return principal;
      throw new RealtimeError('unauthorized', 'Access was revoked.');
    } finally {
      this.entering.delete(revoked);
    }
  }

  /** Ends all connections of a principal. */
  revoke(principalId: string): void {
    for (const revoked of this.entering) revoked.add(principalId);
    for (const session of this.byPrincipal.get(principalId) ?? []) session.end('revoked');
  }

  /** Ends all connections of all principals, who have to say again who they are. */
  expireAll(): void {
    for (const revoked of this.entering) revoked.add(EVERYBODY);
    for (const own of this.byPrincipal.values()) for (const session of own) session.end('expired');
  }

  private open(principal: Principal | undefined, expel: (code: ExpulsionCode) => void): Session {
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
}

function tooMany(message: string, status: number): RealtimeError {
  return new RealtimeError('too-many-connections', message, jitter(5_000), status);
}
