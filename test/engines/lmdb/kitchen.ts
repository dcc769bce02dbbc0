import 'reflect-metadata';
import { createInterface } from 'node:readline';
import { Controller, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RealtimeBus, RealtimeModule, Sse, topic } from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { say } from '../../support/say.js';

const [path] = process.argv.slice(2);

@Controller('orders')
class OrdersController {
  @Sse(':id/events')
  events(@Param('id') id: string) {
    return topic('orders', id);
  }
}

@Module({
  imports: [RealtimeModule.forRoot({ engine: lmdbEngine({ path: path! }) })],
  controllers: [OrdersController],
})
class KitchenModule {}

/** An application over the log at the path it is given. Says its URL; publishes each line of its input. */
const app = await NestFactory.create(KitchenModule, { logger: false });
await app.listen(0, '127.0.0.1');
say(await app.getUrl());
for await (const line of createInterface({ input: process.stdin })) {
  const { id } = await app.get(RealtimeBus).publish('orders/42', line);
  say(id);
}
