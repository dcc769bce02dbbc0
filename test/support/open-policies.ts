import { type TopicAccess, TopicPolicy, type TopicPolicyHandler } from 'nestjs-realtime';

/** Lets everybody read everything but `closed`. */
@TopicPolicy('**')
export class OpenPolicy implements TopicPolicyHandler {
  canSubscribe({ topic }: TopicAccess): boolean {
    return topic !== 'closed';
  }
}

/** A topic whose state takes as long as the test wants. */
@TopicPolicy('state')
export class StatePolicy implements TopicPolicyHandler {
  load: () => unknown = () => 'the state';
  canSubscribe(): boolean {
    return true;
  }
  snapshot(): unknown {
    return this.load();
  }
}
