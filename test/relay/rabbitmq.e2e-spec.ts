import { expect, it } from '@jest/globals';
import { RABBITMQ } from '../support/ensure-system.js';
import { describeWith } from '../support/describe-with.js';
import { RabbitMqBroker } from './rabbitmq-broker.js';
import { relayContract } from './relay.contract.js';
import { allOf, numbers, startRelaying } from './relay-kit.js';

describeWith(RABBITMQ)('a relay to RabbitMQ', () => {
  const broker = relayContract(() => RabbitMqBroker.create());

  it('sends the id of the event as messageId', async () => {
    await using app = await startRelaying(broker());
    const events = await app.publish(...numbers(3));
    await allOf(broker(), events);
    expect(broker().ids.slice(-events.length)).toEqual(events.map(({ id }) => id));
  });
});
