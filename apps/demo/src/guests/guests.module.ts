import { type DynamicModule, Module } from '@nestjs/common';
import { Guests, GUESTS_KEY } from './guests.js';

/** Apart, for the realtime module asks it who is connecting. */
@Module({ providers: [Guests], exports: [Guests] })
export class GuestsModule {
  /** @param key what tokens are signed with: with the same one they are good after a restart too */
  static signingWith(key: Buffer): DynamicModule {
    return { module: GuestsModule, providers: [{ provide: GUESTS_KEY, useValue: key }] };
  }
}
