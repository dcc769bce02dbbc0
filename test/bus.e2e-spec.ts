import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { RealtimeBus, RealtimeModule, type TopicEvent } from 'nestjs-realtime';
import { firstValueFrom, take, toArray } from 'rxjs';

it('publishes to a stream, history first', async () => {
  const app = await Test.createTestingModule({ imports: [RealtimeModule.forRoot()] }).compile();
  await app.init();
  const bus = app.get(RealtimeBus);
  const first = await bus.publish('orders/42', { status: 'cooking' });
  await bus.publish('orders/42', { status: 'ready' }, { type: 'order.ready' });
  const received = firstValueFrom(bus.stream('orders/42', { since: first.id }).pipe(take(2), toArray()));
  await bus.publish('orders/42', { status: 'eaten' });
  expect((await received).map(({ data }: TopicEvent) => data)).toEqual([
    { status: 'ready' },
    { status: 'eaten' },
  ]);
  await app.close();
});
