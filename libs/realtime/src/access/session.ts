import type { Principal } from '../realtime.options.js';
import type { Deadline, TimerWheel } from '../timing/timer-wheel.js';
import { expiresInMs } from './credentials.js';

/** Why a connection ends before its client wants it to. */
export type ExpulsionCode = 'expired' | 'revoked';

/** One connection's right to be there, until its credentials end. */
export class Session implements Deadline {
  private current: Principal | undefined;

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

  /** New credentials of the same principal. */
  renew(principal: Principal | undefined): void {
    this.current = principal;
    this.deadlines.set(this, principal ? expiresInMs(principal) : Infinity);
  }

  due(): void {
    this.end('expired');
  }

  end(code: ExpulsionCode): void {
    this.close();
    this.expel(code);
  }

  /** The connection has ended. */
  close(): void {
    this.deadlines.clear(this);
    this.release();
  }
}
