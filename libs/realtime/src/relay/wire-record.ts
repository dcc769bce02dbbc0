import {
  ClientKafka,
  ClientMqtt,
  type ClientProxy,
  ClientRMQ,
  MqttRecord,
  RmqRecord,
} from '@nestjs/microservices';
import type { TopicEvent } from 'nestjs-realtime-protocol';

/**
 * What a client is given to send, anew for each attempt, for clients write in it: the payload, such that it is
 * kept where it arrives, and is seen to be a repetition if it is one.
 */
export function wireRecord(client: ClientProxy, { id, topic }: TopicEvent, payload: unknown): unknown {
  if (client instanceof ClientKafka) {
    return isKafkaRecord(payload) ? { ...payload } : { key: topic, value: payload, headers: { id } };
  }
  if (client instanceof ClientRMQ && !(payload instanceof RmqRecord)) {
    return new RmqRecord(payload, { persistent: true, messageId: id });
  }
  // QoS 0, which is the default, has no acknowledgement.
  if (client instanceof ClientMqtt && !(payload instanceof MqttRecord))
    return new MqttRecord(payload, { qos: 1 });
  return payload;
}

/** Something with `value` alone may be anybody's data. */
function isKafkaRecord(payload: unknown): payload is object {
  return typeof payload === 'object' && payload !== null && 'key' in payload && 'value' in payload;
}
