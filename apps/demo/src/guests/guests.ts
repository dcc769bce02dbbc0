import { randomUUID } from 'node:crypto';
import { Injectable, UnauthorizedException } from '@nestjs/common';
import type { Principal } from 'nestjs-realtime';

/** As many tables as the restaurant has; whoever came first has to leave for the next. */
export const MOST_TABLES = 200;

/** Whoever sits at a table: one tab of a browser. */
export interface Guest extends Principal {
  readonly order: string;
}

/** Knows the guests by the token they were given when they sat down. */
@Injectable()
export class Guests {
  private readonly byToken = new Map<string, Guest>();

  /** Gives the guest of an order a token. */
  seat(order: string): string {
    const token = randomUUID();
    this.byToken.set(token, { id: `guest-${order}`, order });
    const [first] = this.byToken.keys();
    if (this.byToken.size > MOST_TABLES && first !== undefined) this.byToken.delete(first);
    return token;
  }

  /** @throws UnauthorizedException for a token that was not given out, or is no longer good */
  recognise(token: string | undefined): Guest {
    const guest = token === undefined ? undefined : this.byToken.get(token);
    if (!guest) throw new UnauthorizedException('No guest has this token: sit down with POST /orders.');
    return guest;
  }
}
