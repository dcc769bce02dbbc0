import { NATS } from '../support/ensure-system.js';
import { describeWith } from '../support/describe-with.js';
import { NatsBroker } from './nats-broker.js';
import { relayContract } from './relay.contract.js';

describeWith(NATS)('a relay to NATS', () => {
  relayContract(() => NatsBroker.create());
});
