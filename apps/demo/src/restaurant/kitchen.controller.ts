import { Body, ConflictException, Controller, Param, Post, Put, UseGuards } from '@nestjs/common';
import { GuestGuard } from '../guests/guest.guard.js';
import { Leftovers } from '../leftovers/leftovers.js';
import { Kitchen } from './kitchen.js';
import type { Box, Cake, Serving } from './order-events.js';
import { Party } from './party.js';

/** The buttons of the kitchen. */
@Controller('orders/:id')
@UseGuards(GuestGuard)
export class KitchenController {
  constructor(
    private readonly kitchen: Kitchen,
    private readonly leftovers: Leftovers,
    private readonly party: Party,
  ) {}

  @Post('dishes')
  async cook(@Param('id') id: string): Promise<Serving> {
    const serving = await this.kitchen.cook(id);
    if (!serving) throw new ConflictException('Nothing is on order.');
    return serving;
  }

  @Post('boxes')
  async pack(@Param('id') id: string): Promise<Box> {
    const box = await this.leftovers.pack(id);
    if (!box) throw new ConflictException('Nothing is left over.');
    return box;
  }

  @Post('cake')
  cake(): Promise<Cake> {
    return this.party.serveCake();
  }

  @Put('kitchen')
  async conduct(@Param('id') id: string, @Body() body: { automatic?: unknown }): Promise<void> {
    await this.kitchen.conduct(id, body.automatic === true);
  }
}
