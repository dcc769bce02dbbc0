import { NATS } from '../support/ensure-system.js';
import { describeWith } from './broker.js';
import { JetStreamBroker, NatsBroker } from './nats-broker.js';
import { relayContract } from './relay.contract.js';

describeWith(NATS)('a relay to NATS', () => {
  relayContract(() => NatsBroker.create());
});

describeWith(NATS)('a relay to a stream of JetStream', () => {
  relayContract(() => JetStreamBroker.create());
});
