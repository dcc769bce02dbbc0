import { TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';

/** Guests may see that the charity called. Of a demo: elsewhere, webhooks are nobody's business. */
@TopicPolicy('webhooks/charity')
export class CharityWebhookPolicy implements TopicPolicyHandler {
  canSubscribe(): boolean {
    return true;
  }
}
