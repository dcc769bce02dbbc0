import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { RealtimeBus } from 'nestjs-realtime';
import type { Order } from './order.js';
import { Orders, servedTopic } from './orders.js';
import { Party } from './party.js';
import type { Serving } from './serving.js';

const LOOK_MS = 300;
const DISH_MS = 2_500;
const DISHES_PER_CAKE = 6;

/** Cooks what the tables order, and publishes each dish as it is ready. */
@Injectable()
export class Kitchen implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Kitchen.name);
  private timer: NodeJS.Timeout | undefined;
  private dishes = 0;

  constructor(
    private readonly bus: RealtimeBus,
    private readonly orders: Orders,
    private readonly party: Party,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.round().catch((error: unknown) => this.logger.error(error));
    }, LOOK_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Cooks the next dish of an order; undefined when nothing is on order. */
  async cook(order: Order): Promise<Serving | undefined> {
    const serving = order.serve();
    if (serving) await this.publish(order, serving);
    return serving;
  }

  async fetchLeftovers(order: Order, driver: string, bytes: number): Promise<Serving> {
    const serving = order.fetchLeftovers(driver, bytes);
    await this.publish(order, serving);
    return serving;
  }

  private async publish(order: Order, serving: Serving): Promise<void> {
    await this.bus.publish(servedTopic(order.id), serving, { type: serving.type });
  }

  private async round(): Promise<void> {
    const now = Date.now();
    const waiting = this.orders.all().filter((order) => order.automatic && order.isDue(now, DISH_MS));
    const served = await Promise.all(waiting.map((order) => this.cook(order)));
    if (served.some(Boolean) && ++this.dishes % DISHES_PER_CAKE === 0) await this.party.serveCake();
  }
}
