import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { expect, it } from '@jest/globals';
import { RealtimeBus, RealtimeModule } from 'nestjs-realtime';
import { handlerOf, Runs } from './handlers.js';

it('handlers work in an application without HTTP', async () => {
  const runs = new Runs();
  @Module({
    imports: [RealtimeModule.forRoot()],
    providers: [handlerOf('orders/*', { durable: 'billing' }, runs.handle)],
  })
  class Worker {}
  const app = await NestFactory.createApplicationContext(Worker, { logger: false, abortOnError: false });
  await app.get(RealtimeBus).publish('orders/42', 'a');
  expect(await runs.endNext()).toEqual(['a']);
  await app.close();
});
