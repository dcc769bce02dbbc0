import { Injectable } from '@nestjs/common';
import { RealtimeBus } from 'nestjs-realtime';
import type { Cake } from './serving.js';

/** The topic that the whole house hears. */
export const PARTY = 'party';

/** Somebody's birthday: one cake, for everybody. */
@Injectable()
export class Party {
  private cakes = 0;

  constructor(private readonly bus: RealtimeBus) {}

  async serveCake(): Promise<Cake> {
    const cake: Cake = { n: ++this.cakes, time: new Date().toISOString() };
    await this.bus.publish(PARTY, cake, { type: 'cake.served' });
    return cake;
  }
}
