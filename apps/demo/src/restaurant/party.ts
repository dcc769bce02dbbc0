import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RealtimeBus } from 'nestjs-realtime';
import type { Cake } from './order-events.js';
import { PARTY } from './topics.js';

/** Somebody's birthday: one cake, for everybody. */
@Injectable()
export class Party implements OnModuleInit {
  private cakes = 0;

  constructor(private readonly bus: RealtimeBus) {}

  async onModuleInit(): Promise<void> {
    this.cakes = (await this.bus.latest<Cake>(PARTY))?.data.n ?? 0;
  }

  async serveCake(): Promise<Cake> {
    const cake: Cake = { n: ++this.cakes, time: new Date().toISOString() };
    await this.bus.publish(PARTY, cake, { type: 'cake.served' });
    return cake;
  }
}
