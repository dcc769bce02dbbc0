import { type TopicAccess, TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';
import { Orders } from './orders.js';

/** Guests hear what is served at the tables of their company. Nobody but the kitchen serves. */
@TopicPolicy('orders/:id')
export class OrderPolicy implements TopicPolicyHandler {
  constructor(private readonly orders: Orders) {}

  canSubscribe({ principal, params }: TopicAccess): boolean {
    return this.orders.isOf(params['id'] ?? '', principal?.['company']);
  }
}
