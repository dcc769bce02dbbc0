import { type DynamicModule, Module } from '@nestjs/common';
import { RealtimeModule } from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { CharityServer } from './charity/charity-server.js';
import type { DataFolder } from './data-folder.js';
import { Guests } from './guests/guests.js';
import { GuestsModule } from './guests/guests.module.js';
import { CharityController } from './leftovers/charity.controller.js';
import { CharityEndpoint } from './leftovers/charity-endpoint.js';
import { CharityPolicy } from './leftovers/charity.policy.js';
import { CharityWatch } from './leftovers/charity-watch.js';
import { CharityWebhookPolicy } from './leftovers/charity-webhook.policy.js';
import { FetchedController } from './leftovers/fetched.controller.js';
import { Impostor } from './leftovers/impostor.js';
import { Leftovers } from './leftovers/leftovers.js';
import { LeftoversPolicy } from './leftovers/leftovers.policy.js';
import { Network } from './network/network.js';
import { NetworkController } from './network/network.controller.js';
import { NetworkPolicy } from './network/network.policy.js';
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
import { RETENTION, WEBHOOKS } from './settings.js';

const POLICIES = [
  OrderPolicy,
  WishesPolicy,
  MenuPolicy,
  PartyPolicy,
  LeftoversPolicy,
  CharityPolicy,
  CharityWebhookPolicy,
  NetworkPolicy,
];

@Module({
  controllers: [
    TablesController,
    OrdersController,
    KitchenController,
    FetchedController,
    CharityController,
    NetworkController,
  ],
  providers: [
    Orders,
    Kitchen,
    Party,
    Leftovers,
    CharityEndpoint,
    CharityWatch,
    Impostor,
    Network,
    ...POLICIES,
  ],
})
export class AppModule {
  /** The restaurant, with what it remembers in a folder, and the charity next door. */
  static open(data: DataFolder, charity: CharityServer): DynamicModule {
    const guestsModule = GuestsModule.signingWith(data.guestsKey());
    return {
      module: AppModule,
      providers: [{ provide: CharityServer, useValue: charity }],
      imports: [
        guestsModule,
        RealtimeModule.forRootAsync({
          imports: [guestsModule],
          inject: [Guests],
          useFactory: (guests: Guests) => ({
            engine: lmdbEngine({ path: data.restaurant }),
            retention: RETENTION,
            authenticate: ({ token }) => guests.recognise(token),
            // Streams end after two minutes, so that one can watch the browser go on by itself.
            sse: { maxAgeMs: 120_000 },
            // What hangs on the spike is not waited for: it will hang there again.
            shutdown: { timeoutMs: 500 },
            webhooks: WEBHOOKS,
          }),
        }),
      ],
    };
  }
}
