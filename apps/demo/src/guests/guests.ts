import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import type { Principal } from 'nestjs-realtime';

/** What tokens are signed with. */
export const GUESTS_KEY = Symbol('guests key');

/** Whoever sits at a table: one tab of a browser. */
export interface Guest extends Principal {
  readonly order: string;
}

/** Knows the guests by the token they were given when they sat down: it is signed, so nothing is kept of it. */
@Injectable()
export class Guests {
  constructor(@Inject(GUESTS_KEY) private readonly key: Buffer) {}

  /** Gives the guest of an order a token. */
  seat(order: string): string {
    return `${order}.${this.sign(order).toString('base64url')}`;
  }

  /** @throws UnauthorizedException for a token that was not given out */
  recognise(token = ''): Guest {
    const [order = '', signature = ''] = token.split('.');
    const [given, right] = [Buffer.from(signature, 'base64url'), this.sign(order)];
    if (given.length === right.length && timingSafeEqual(given, right))
      return { id: `guest-${order}`, order };
    throw new UnauthorizedException('No guest has this token: sit down with POST /orders.');
  }

  private sign(order: string): Buffer {
    return createHmac('sha256', this.key).update(order).digest();
  }
}
