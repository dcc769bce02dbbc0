import { KCAT } from '../support/ensure-system.js';
import { describeWith } from './broker.js';
import { KafkaBroker } from './kafka-broker.js';
import { relayContract } from './relay.contract.js';

describeWith(KCAT)('a relay to Kafka', () => {
  relayContract(() => KafkaBroker.create());
});
