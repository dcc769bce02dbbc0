import { type PublishAccess, type TopicAccess, TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';
import { isWish } from './menu.js';
import { Orders } from './orders.js';

/** A guest orders for its own table, what is on the menu, as long as there is room on the stove. */
@TopicPolicy('orders/:id/wishes')
export class WishesPolicy implements TopicPolicyHandler {
  constructor(private readonly orders: Orders) {}

  canSubscribe({ principal, params }: TopicAccess): boolean {
    return principal?.['order'] === params['id'];
  }

  canPublish(access: PublishAccess): boolean {
    const order = this.orders.find(access.params['id'] ?? '');
    return this.canSubscribe(access) && isWish(access.data) && order?.isFull === false;
  }
}
