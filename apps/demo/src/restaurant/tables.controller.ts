import { Controller, Post } from '@nestjs/common';
import { RealtimeBus } from 'nestjs-realtime';
import { Guests } from '../guests/guests.js';
import { Orders } from './orders.js';
import { PARTY } from './party.js';
import type { Seat } from './seat.js';

@Controller('orders')
export class TablesController {
  constructor(
    private readonly bus: RealtimeBus,
    private readonly orders: Orders,
    private readonly guests: Guests,
  ) {}

  /** Sits down at a free table. */
  @Post()
  async sitDown(): Promise<Seat> {
    const { cursor } = await this.bus.read(PARTY, { since: 'latest' });
    const order = this.orders.begin(cursor);
    return { order: order.id, token: this.guests.seat(order.id), cursor, time: Date.now() };
  }
}
