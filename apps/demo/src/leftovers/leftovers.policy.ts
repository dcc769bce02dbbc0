import { type TopicAccess, TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';

/** A guest sees the boxes of its own table. */
@TopicPolicy('leftovers/:id')
export class LeftoversPolicy implements TopicPolicyHandler {
  canSubscribe({ principal, params }: TopicAccess): boolean {
    return principal?.['order'] === params['id'];
  }
}
