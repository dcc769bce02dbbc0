import { Module } from '@nestjs/common';
import { Guests } from './guests.js';

/** Apart, for the realtime module asks it who is connecting. */
@Module({ providers: [Guests], exports: [Guests] })
export class GuestsModule {}
