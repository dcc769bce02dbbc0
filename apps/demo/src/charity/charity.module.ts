import { type DynamicModule, Module } from '@nestjs/common';
import { RealtimeModule } from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { RETENTION, WEBHOOKS } from '../settings.js';
import { Books } from './books.js';
import { BoxesController } from './boxes.controller.js';

/** Somebody else's application, with a log of its own. */
@Module({ controllers: [BoxesController], providers: [Books] })
export class CharityModule {
  static keepingBooksIn(path: string): DynamicModule {
    return {
      module: CharityModule,
      imports: [
        RealtimeModule.forRoot({
          engine: lmdbEngine({ path }),
          retention: RETENTION,
          socket: false,
          hub: false,
          shutdown: { timeoutMs: 500 },
          webhooks: WEBHOOKS,
        }),
      ],
    };
  }
}
