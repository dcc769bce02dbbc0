import { expect, it } from '@jest/globals';
import { NATS } from '../support/ensure-system.js';
import { describeWith } from '../support/describe-with.js';
import { JetStreamBroker } from './nats-broker.js';
import { relayContract } from './relay.contract.js';
import { allOf, numbers, startRelaying } from './relay-kit.js';

describeWith(NATS)('a relay to a stream of JetStream', () => {
  const kept = relayContract(() => JetStreamBroker.create());

  it('repetitions are kept once', async () => {
    await using app = await startRelaying(kept());
    const [first] = await app.publish('first');
    await app.acknowledged(first!);
    kept().wire.hold();
    const events = await app.publish(...numbers(5));
    await app.news.until(({ type }) => type === 'consumer.failed');
    kept().wire.release();
    expect(await allOf(kept(), events)).toEqual(events);
  });

  it('a stream that refuses what it is sent gets it later', async () => {
    await using app = await startRelaying(kept());
    await kept().limit(1);
    const events = await app.publish(...numbers(3));
    expect(await app.news.next()).toMatchObject({
      type: 'consumer.failed',
      data: { event: { id: events[0]!.id }, error: expect.stringContaining('maximum messages exceeded') },
    });
    await kept().limit(-1);
    expect(await allOf(kept(), events)).toEqual(events);
  });
});
