import { type PublishAccess, type TopicAccess, TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';
import { isWish } from './menu.js';
import { Orders } from './orders.js';

/** Guests order for the tables of their company, what is on the menu, as long as there is room on the spike. */
@TopicPolicy('orders/:id/wishes')
export class WishesPolicy implements TopicPolicyHandler {
  constructor(private readonly orders: Orders) {}

  canSubscribe({ principal, params }: TopicAccess): boolean {
    return this.orders.isOf(params['id'] ?? '', principal?.['company']);
  }

  async canPublish(access: PublishAccess): Promise<boolean> {
    if (!this.canSubscribe(access) || !isWish(access.data)) return false;
    const order = await this.orders.get(access.params['id'] ?? '');
    return !order.isFull;
  }
}
