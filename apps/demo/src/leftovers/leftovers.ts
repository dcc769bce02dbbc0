import { Injectable } from '@nestjs/common';
import type { Box, Call } from '../restaurant/order-events.js';
import { Orders } from '../restaurant/orders.js';
import { leftoversTopic, servedTopic } from '../restaurant/topics.js';
import type { Fetched } from './fetched.js';

/** What is left over: packed for the charity, and fetched by its drivers. */
@Injectable()
export class Leftovers {
  constructor(private readonly orders: Orders) {}

  /** Packs a box; undefined when nothing is left over. To publish it is all: the charity is sent it. */
  pack(id: string): Promise<Box | undefined> {
    return this.orders.change(id, (order) => {
      if (order.leftovers === 0) return undefined;
      return { topic: leftoversTopic(id), type: 'leftovers.packed', data: order.nextBox() };
    });
  }

  /**
   * A driver has fetched a box, or what was left if he came uncalled. Undefined when the box was fetched before:
   * whoever calls at least once may call again.
   * @param bytes size of the call
   */
  async fetched({ order: id, driver, box: n }: Fetched, bytes: number): Promise<Call | undefined> {
    const serving = await this.orders.change(id, (order) => {
      const box = n === undefined ? order.nextBox() : order.waitingBox(n);
      if (!box) return undefined;
      const call = { n: box.n, portions: box.portions, bytes };
      const data = order.nextServing({ what: driver, call });
      return { topic: servedTopic(id), type: 'leftovers.fetched', data };
    });
    return serving?.call;
  }
}
