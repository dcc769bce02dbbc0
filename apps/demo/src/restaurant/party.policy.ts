import { TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';

/** Cake is for everybody. */
@TopicPolicy('party')
export class PartyPolicy implements TopicPolicyHandler {
  canSubscribe(): boolean {
    return true;
  }
}
