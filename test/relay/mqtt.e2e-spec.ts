import { MOSQUITTO } from '../support/ensure-system.js';
import { describeWith } from '../support/describe-with.js';
import { MqttBroker } from './mqtt-broker.js';
import { relayContract } from './relay.contract.js';

describeWith(MOSQUITTO)('a relay to MQTT', () => {
  relayContract(() => MqttBroker.create());
});
