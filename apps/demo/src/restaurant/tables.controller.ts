import { Controller, Post } from '@nestjs/common';
import { Guests } from '../guests/guests.js';
import { Orders } from './orders.js';
import type { Seat } from './seat.js';

@Controller('orders')
export class TablesController {
  constructor(
    private readonly orders: Orders,
    private readonly guests: Guests,
  ) {}

  /** Sits down at a free table. */
  @Post()
  async sitDown(): Promise<Seat> {
    const { id, cursor } = await this.orders.begin();
    return { order: id, token: this.guests.seat(id), cursor, time: Date.now() };
  }
}
