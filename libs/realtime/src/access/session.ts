import type { Principal } from '../realtime.options.js';
import type { Deadline, TimerWheel } from '../timing/timer-wheel.js';
import { expiresInMs } from './credentials.js';

/** Why a connection ends before its client wants it to, and what the client is told. */
export const EXPULSIONS = Object.freeze({
  expired: 'The credentials have expired.',
  revoked: 'Access was revoked.',
});

export type ExpulsionCode = keyof typeof EXPULSIONS;

/** One connection's right to be there, until its credentials end. */
export class Session implements Deadline {
  private current: Principal | undefined;
  private closed = false;

  constructor(
    principal: Principal | undefined,
    private readonly expel: (code: ExpulsionCode) => void,
    private readonly deadlines: TimerWheel,
    private readonly release: () => void,
  ) {
    this.renew(principal);
  }

  get principal(): Principal | undefined {
    return this.current;
  }

  /** New credentials of the same principal. They come to nothing once the session is over. */
  renew(principal: Principal | undefined): void {
    if (this.closed) return;
    this.current = principal;
    this.deadlines.set(this, principal ? expiresInMs(principal) : Infinity);
  }

  due(): void {
    this.end('expired');
  }

  /** Ends the connection. */
  end(code: ExpulsionCode): void {
    if (this.closed) return;
    this.close();
    this.expel(code);
  }

  /** The connection has ended. */
  close(): void {
    this.closed = true;
    this.deadlines.clear(this);
    this.release();
  }
}
