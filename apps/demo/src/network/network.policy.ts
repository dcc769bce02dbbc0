import { type TopicAccess, TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';
import { Network } from './network.js';
import type { Way } from './way.js';

/** A company sees how its network is. */
@TopicPolicy('network/:company')
export class NetworkPolicy implements TopicPolicyHandler {
  constructor(private readonly network: Network) {}

  canSubscribe({ principal, params }: TopicAccess): boolean {
    return principal?.['company'] === params['company'];
  }

  snapshot({ params }: TopicAccess): readonly Way[] {
    return this.network.blocked(params['company'] ?? '');
  }
}
