import { BadRequestException, Body, Controller, Param, Put, UseGuards } from '@nestjs/common';
import { GuestGuard } from '../guests/guest.guard.js';
import { Orders } from '../restaurant/orders.js';
import { Network } from './network.js';
import { type Way, WAYS } from './way.js';

/** The switches of the network. */
@Controller('orders/:id')
@UseGuards(GuestGuard)
export class NetworkController {
  constructor(
    private readonly network: Network,
    private readonly orders: Orders,
  ) {}

  @Put('network')
  async block(@Param('id') id: string, @Body() { blocked }: { blocked?: unknown }): Promise<void> {
    if (!isWays(blocked)) throw new BadRequestException(`"blocked" lists some of ${WAYS.join(', ')}.`);
    const company = this.orders.companyOf(id);
    if (company) await this.network.block(company, [...new Set(blocked)]);
  }
}

function isWays(blocked: unknown): blocked is Way[] {
  return Array.isArray(blocked) && blocked.every((way: Way) => WAYS.includes(way));
}
