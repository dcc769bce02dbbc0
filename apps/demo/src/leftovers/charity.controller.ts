import { Body, Controller, Param, Post, Put, UseGuards } from '@nestjs/common';
import { CharityServer } from '../charity/charity-server.js';
import { GuestGuard } from '../guests/guest.guard.js';
import { CharityEndpoint } from './charity-endpoint.js';
import { CharityWatch } from './charity-watch.js';
import { type ForgedCall, Impostor } from './impostor.js';

/** The switch and the buttons of the charity. */
@Controller('orders/:id/charity')
@UseGuards(GuestGuard)
export class CharityController {
  constructor(
    private readonly charity: CharityServer,
    private readonly endpoint: CharityEndpoint,
    private readonly watch: CharityWatch,
    private readonly impostor: Impostor,
  ) {}

  @Put('door')
  async turn(@Body() { open }: { open?: unknown }): Promise<void> {
    if (open === true) {
      // Told before: what arrives after it was waiting.
      await this.watch.tell('charity.opening');
      await this.charity.open();
    } else {
      await this.charity.close();
    }
    await this.watch.tell('charity.turned');
  }

  @Post('attempt')
  async tryNow(): Promise<void> {
    await this.endpoint.tryNow();
    await this.watch.tell('charity.tried');
  }

  @Post('redelivery')
  async redeliver(): Promise<void> {
    await this.endpoint.redeliver();
    await this.watch.tell('charity.redelivered');
  }

  @Post('impostor')
  forge(@Param('id') id: string): Promise<ForgedCall> {
    return this.impostor.call(id);
  }
}
