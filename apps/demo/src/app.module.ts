import { Module } from '@nestjs/common';
import { RealtimeModule } from 'nestjs-realtime';
import { CharityController } from './charity/charity.controller.js';
import { CharityPolicy } from './charity/charity.policy.js';
import { Driver } from './charity/driver.js';
import { DriversController } from './charity/drivers.controller.js';
import { Guests } from './guests/guests.js';
import { GuestsModule } from './guests/guests.module.js';
import { Kitchen } from './restaurant/kitchen.js';
import { KitchenController } from './restaurant/kitchen.controller.js';
import { MenuPolicy } from './restaurant/menu.policy.js';
import { OrderPolicy } from './restaurant/order.policy.js';
import { OrdersController } from './restaurant/orders.controller.js';
import { Orders } from './restaurant/orders.js';
import { Party } from './restaurant/party.js';
import { PartyPolicy } from './restaurant/party.policy.js';
import { TablesController } from './restaurant/tables.controller.js';
import { WishesPolicy } from './restaurant/wishes.policy.js';

const POLICIES = [OrderPolicy, WishesPolicy, MenuPolicy, PartyPolicy, CharityPolicy];

@Module({
  imports: [
    GuestsModule,
    RealtimeModule.forRootAsync({
      imports: [GuestsModule],
      inject: [Guests],
      useFactory: (guests: Guests) => ({
        authenticate: ({ token }) => guests.recognise(token),
        // Streams end after two minutes, so that one can watch the browser go on by itself.
        sse: { maxAgeMs: 120_000 },
      }),
    }),
  ],
  controllers: [TablesController, OrdersController, KitchenController, CharityController, DriversController],
  providers: [Orders, Kitchen, Party, Driver, ...POLICIES],
})
export class AppModule {}
