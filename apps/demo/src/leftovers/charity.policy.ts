import { TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';
import { CharityEndpoint } from './charity-endpoint.js';
import type { CharityStatus } from './charity-status.js';

/** How the charity is doing: of a demo, for everybody to see. */
@TopicPolicy('charity')
export class CharityPolicy implements TopicPolicyHandler {
  constructor(private readonly endpoint: CharityEndpoint) {}

  canSubscribe(): boolean {
    return true;
  }

  snapshot(): Promise<CharityStatus> {
    return this.endpoint.status();
  }
}
