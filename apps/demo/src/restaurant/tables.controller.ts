import { Controller, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Guests } from '../guests/guests.js';
import { tokenOf } from '../guests/token-of.js';
import { Orders } from './orders.js';
import type { Seat } from './seat.js';

@Controller('orders')
export class TablesController {
  constructor(
    private readonly orders: Orders,
    private readonly guests: Guests,
  ) {}

  /** Sits down at a free table: with the company of the guest whose token is shown. */
  @Post()
  async sitDown(@Req() request: Request): Promise<Seat> {
    const { id, company, cursor } = await this.orders.begin(this.guests.known(tokenOf(request))?.company);
    const token = this.guests.seat(id, company, 'table');
    const windowToken = this.guests.seat(id, company, 'window');
    return { order: id, company, token, windowToken, cursor, time: Date.now() };
  }
}
