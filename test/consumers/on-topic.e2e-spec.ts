import { Injectable } from '@nestjs/common';
import { expect, it } from '@jest/globals';
import { type Attempt, Consumers, OnTopic, type TopicEvent } from 'nestjs-realtime';
import { startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';

const RETRIES = [1, 1];

@Injectable()
class Handlers {
  readonly live = new Inbox<TopicEvent>();
  readonly billed = new Inbox<{ event: TopicEvent; attempt: Attempt }>();
  failures = 0;

  @OnTopic('orders/*')
  heard(event: TopicEvent) {
    this.live.push(event);
  }

  @OnTopic(['orders/**', 'refunds'], { durable: 'billing', retries: RETRIES })
  bill(event: TopicEvent, attempt: Attempt) {
    this.billed.push({ event, attempt });
    if (this.failures-- > 0) throw new Error('the till is stuck');
  }
}

it('calls live and durable handlers', async () => {
  await using app = await startApp({ providers: [Handlers] });
  const { live, billed } = app.nest.get(Handlers);
  const event = await app.bus.publish('orders/42', { total: 7 });
  await app.bus.publish('menu', 'soup');
  const refund = await app.bus.publish('refunds', 1);
  expect(await live.next()).toEqual(event);
  expect((await billed.take(2)).map(({ event }) => event)).toEqual([event, refund]);
});

it('tries again what failed, and keeps as a dead letter what always does', async () => {
  await using app = await startApp({ providers: [Handlers] });
  const handlers = app.nest.get(Handlers);
  const consumers = app.nest.get(Consumers);
  const news = new Inbox<TopicEvent>();
  app.bus.stream('realtime/consumers/billing').subscribe(news.push);
  handlers.failures = 3;
  const event = await app.bus.publish('orders/42', 1);
  const attempts = await handlers.billed.take(3);
  expect(attempts.map(({ event: { id }, attempt }) => [id, attempt.number])).toEqual([
    [event.id, 1],
    [event.id, 2],
    [event.id, 3],
  ]);
  await news.until(({ type }) => type === 'consumer.dead-letter');
  expect(await consumers.deadLetters('billing')).toMatchObject([
    { event, attempts: 3, error: 'the till is stuck' },
  ]);

  expect(await consumers.redeliver('billing')).toBe(1);
  expect((await handlers.billed.next()).event).toEqual(event);
  expect(await consumers.deadLetters('billing')).toEqual([]);
});
