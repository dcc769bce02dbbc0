import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import type { Principal } from 'nestjs-realtime';

/** What tokens are signed with. */
export const GUESTS_KEY = Symbol('guests key');

/** Where somebody sits: at the table, or at the window through which one sees what the kitchen really does. */
export type Place = 'table' | 'window';

/** Whoever sits at a table: one tab of a browser. */
export interface Guest extends Principal {
  readonly order: string;
  /** The order of the browser's first tab: those who came together may hear of each other's orders. */
  readonly company: string;
  readonly place: Place;
}

/** Knows the guests by the token they were given when they sat down: it is signed, so nothing is kept of it. */
@Injectable()
export class Guests {
  constructor(@Inject(GUESTS_KEY) private readonly key: Buffer) {}

  /** Gives the guest of an order a token. */
  seat(order: string, company: string, place: Place): string {
    const claims = [order, company, place].join('.');
    return `${claims}.${this.sign(claims).toString('base64url')}`;
  }

  /** @throws UnauthorizedException for a token that was not given out */
  recognise(token = ''): Guest {
    const [order = '', company = '', place = '', signature = ''] = token.split('.');
    const right = this.sign([order, company, place].join('.'));
    const given = Buffer.from(signature, 'base64url');
    if (given.length === right.length && timingSafeEqual(given, right))
      return { id: `guest-${order}`, order, company, place: place as Place };
    throw new UnauthorizedException('No guest has this token: sit down with POST /orders.');
  }

  /** Undefined for whoever has no token that was given out. */
  known(token: string | undefined): Guest | undefined {
    try {
      return this.recognise(token);
    } catch {
      return undefined;
    }
  }

  private sign(claims: string): Buffer {
    return createHmac('sha256', this.key).update(claims).digest();
  }
}
