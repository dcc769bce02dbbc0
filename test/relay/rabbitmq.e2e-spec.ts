import { RABBITMQ } from '../support/ensure-system.js';
import { describeWith } from './broker.js';
import { RabbitMqBroker } from './rabbitmq-broker.js';
import { relayContract } from './relay.contract.js';

describeWith(RABBITMQ)('a relay to RabbitMQ', () => {
  relayContract(() => RabbitMqBroker.create());
});
