import { type TopicAccess, TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';

/** A guest hears what is served at its own table. Nobody but the kitchen serves. */
@TopicPolicy('orders/:id')
export class OrderPolicy implements TopicPolicyHandler {
  canSubscribe({ principal, params }: TopicAccess): boolean {
    return principal?.['order'] === params['id'];
  }
}
