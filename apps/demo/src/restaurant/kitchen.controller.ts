import { Body, ConflictException, Controller, Param, Post, Put, UseGuards } from '@nestjs/common';
import { GuestGuard } from '../guests/guest.guard.js';
import { Kitchen } from './kitchen.js';
import { Orders } from './orders.js';
import { Party } from './party.js';
import type { Cake, Serving } from './serving.js';

/** The buttons of the kitchen. */
@Controller('orders/:id')
@UseGuards(GuestGuard)
export class KitchenController {
  constructor(
    private readonly kitchen: Kitchen,
    private readonly orders: Orders,
    private readonly party: Party,
  ) {}

  @Post('dishes')
  async cook(@Param('id') id: string): Promise<Serving> {
    const serving = await this.kitchen.cook(this.orders.get(id));
    if (!serving) throw new ConflictException('Nothing is on order.');
    return serving;
  }

  @Post('cake')
  cake(): Promise<Cake> {
    return this.party.serveCake();
  }

  @Put('kitchen')
  conduct(@Param('id') id: string, @Body() { automatic }: { automatic?: unknown }): { automatic: boolean } {
    const order = this.orders.get(id);
    order.automatic = automatic === true;
    return { automatic: order.automatic };
  }
}
