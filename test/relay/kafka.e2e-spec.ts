import { expect, it } from '@jest/globals';
import { KCAT } from '../support/ensure-system.js';
import { describeWith } from '../support/describe-with.js';
import { KafkaBroker } from './kafka-broker.js';
import { relayContract } from './relay.contract.js';
import { allOf, startRelaying } from './relay-kit.js';

describeWith(KCAT)('a relay to Kafka', () => {
  const broker = relayContract(() => KafkaBroker.create());

  it('sends the topic as key, so that its events stay in order, and the id as a header', async () => {
    await using app = await startRelaying(broker());
    const [event] = await app.publish('a');
    await allOf(broker(), [event!]);
    expect(broker().records.at(-1)).toEqual({ key: event!.topic, headers: ['id', event!.id] });
  });

  it('sends what is a record of Kafka as it is, and anything else as its value', async () => {
    await using app = await startRelaying(broker(), {
      payload: ({ id, data }) => (data === 'record' ? { key: 'mine', value: { id } } : { id, value: data }),
    });
    const [record, value] = await app.publish('record', 'other');
    const received = await allOf(broker(), [record!, value!]);
    expect(received).toEqual(expect.arrayContaining([{ id: record!.id }, { id: value!.id, value: 'other' }]));
    const keys = broker()
      .records.slice(-2)
      .map(({ key }) => key);
    expect(keys.toSorted()).toEqual(['mine', value!.topic]);
  });
});
