import { Body, Controller, Param, Post, UseGuards } from '@nestjs/common';
import { GuestGuard } from '../guests/guest.guard.js';
import { Driver, type DriversCall } from './driver.js';

/** The buttons that have the charity call. */
@Controller('orders/:id/drivers')
@UseGuards(GuestGuard)
export class DriversController {
  constructor(private readonly driver: Driver) {}

  @Post()
  send(@Param('id') id: string, @Body() body: { impostor?: unknown }): Promise<DriversCall> {
    return this.driver.call(id, { impostor: body.impostor === true });
  }
}
