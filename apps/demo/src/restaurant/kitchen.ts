import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { type Attempt, OnTopic, type TopicEvent } from 'nestjs-realtime';
import { Leftovers } from '../leftovers/leftovers.js';
import type { Wish } from './menu.js';
import type { Serving } from './order-events.js';
import { MOST_WISHES, type Order } from './order.js';
import { MOST_TABLES, Orders } from './orders.js';
import { Party } from './party.js';
import { kitchenTopic, servedTopic } from './topics.js';

const LOOK_MS = 300;
const DISH_MS = 2_500;
const DISHES_PER_CAKE = 6;
const PORTIONS_PER_BOX = 3;

/** Cooks what the tables order, and publishes each dish as it is ready. */
@Injectable()
export class Kitchen implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Kitchen.name);
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;
  private dishes = 0;

  constructor(
    private readonly orders: Orders,
    private readonly party: Party,
    private readonly leftovers: Leftovers,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.look(), LOOK_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * The order spike: a wish hangs on it until it has been cooked, whoever's shift it is. What hung there when
   * the kitchen caught fire comes again when it opens.
   */
  @OnTopic('orders/:id/wishes', {
    durable: 'kitchen',
    concurrency: MOST_TABLES * MOST_WISHES,
    timeoutMs: Infinity,
  })
  async hang({ id: wish, topic, data: { dish } }: TopicEvent<Wish>, { signal }: Attempt): Promise<void> {
    const [, id = ''] = topic.split('/');
    const order = await this.orders.get(id);
    if (!order.hasServed(wish)) await order.spike.hang({ wish, dish }, signal);
  }

  /** Cooks the next dish of an order; undefined when nothing is on order. */
  cook(id: string): Promise<Serving | undefined> {
    return this.orders.change(id, (order) => {
      const { first: slip } = order.spike;
      if (!slip) return undefined;
      const data = order.nextServing({ what: slip.dish, wish: slip.wish });
      return { topic: servedTopic(id), type: 'dish.served', data };
    });
  }

  /** Says whether to cook and pack for a table without being told to. */
  async conduct(id: string, automatic: boolean): Promise<void> {
    await this.orders.change(id, () => {
      return { topic: kitchenTopic(id), type: 'kitchen.conducted', data: { automatic } };
    });
  }

  /** Has a look at the orders, unless it is still at it. */
  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    await this.round().catch((error: unknown) => this.logger.error(error));
    this.isLooking = false;
  }

  private async round(): Promise<void> {
    const orders = (await this.orders.all()).filter(({ automatic }) => automatic);
    await Promise.all(orders.map((order) => this.lookAfter(order)));
  }

  private async lookAfter(order: Order): Promise<void> {
    if (order.leftovers >= PORTIONS_PER_BOX) await this.leftovers.pack(order.id);
    if (!order.isDue(Date.now(), DISH_MS) || !(await this.cook(order.id))) return;
    if (++this.dishes % DISHES_PER_CAKE === 0) await this.party.serveCake();
  }
}
