import { type TopicAccess, TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';
import { Orders } from '../restaurant/orders.js';

/** Guests see the boxes of their company's tables. */
@TopicPolicy('leftovers/:id')
export class LeftoversPolicy implements TopicPolicyHandler {
  constructor(private readonly orders: Orders) {}

  canSubscribe({ principal, params }: TopicAccess): boolean {
    return this.orders.isOf(params['id'] ?? '', principal?.['company']);
  }
}
