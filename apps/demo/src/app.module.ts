import { Module } from '@nestjs/common';
import { RealtimeModule } from 'nestjs-realtime';
import { CharityController } from './charity/charity.controller.js';
import { Driver } from './charity/driver.js';
import { DriversController } from './charity/drivers.controller.js';
import { Guests } from './guests/guests.js';
import { GuestsModule } from './guests/guests.module.js';
import { Kitchen } from './restaurant/kitchen.js';
import { KitchenController } from './restaurant/kitchen.controller.js';
import { OrdersController } from './restaurant/orders.controller.js';
import { Orders } from './restaurant/orders.js';
import { Party } from './restaurant/party.js';
import { TablesController } from './restaurant/tables.controller.js';

@Module({
  imports: [
    GuestsModule,
    RealtimeModule.forRootAsync({
      imports: [GuestsModule],
      inject: [Guests],
      useFactory: (guests: Guests) => ({
        authenticate: ({ token }) => guests.recognise(token),
        // Streams end after a minute, so that one can watch the browser go on by itself.
        sse: { maxAgeMs: 60_000 },
      }),
    }),
  ],
  controllers: [TablesController, OrdersController, KitchenController, CharityController, DriversController],
  providers: [Orders, Kitchen, Party, Driver],
})
export class AppModule {}
