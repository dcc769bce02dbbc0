import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type InboundWebhook,
  RealtimeModule,
  TopicPolicy,
  type TopicPolicyHandler,
  Webhook,
  WebhookEndpoints,
  WebhookEvent,
} from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { say } from '../support/say.js';
import type { NumberedEvent } from './consuming-assignment.js';
import { SCHEME, SECRET, type ServingAssignment, WINDOW } from './serving-assignment.js';

/** An application that takes events by its hub and by webhooks, and sends them on. Says its URL. */
const RETRIES = Array.from({ length: 100 }, () => 10);

const { path, deliverTo, handTo } = JSON.parse(process.argv[2]!) as ServingAssignment;

@TopicPolicy('orders/*')
class OrderPolicy implements TopicPolicyHandler {
  canPublish(): boolean {
    return true;
  }
}

@Controller('hooks')
class Hooks {
  @Webhook('courier', {
    scheme: SCHEME,
    ack: 'accepted',
    publish: false,
    consumer: { concurrency: WINDOW, retries: RETRIES },
  })
  async picked(@WebhookEvent() { id, data }: InboundWebhook<{ number: number }>): Promise<void> {
    const body = JSON.stringify({ id, number: data.number } satisfies NumberedEvent);
    const { status } = await fetch(handTo, { method: 'POST', body });
    if (status !== 200) throw new Error(`The receiver answered with ${status}.`);
  }
}

@Module({
  imports: [
    RealtimeModule.forRoot({
      engine: lmdbEngine({ path }),
      webhooks: { allowHttp: true, allowAddresses: ['127.0.0.0/8'], retries: RETRIES },
    }),
  ],
  controllers: [Hooks],
  providers: [OrderPolicy],
})
class Application {}

const application = await NestFactory.create(Application, { logger: ['error'] });
await application.init();
const endpoints = application.get(WebhookEndpoints);
if ((await endpoints.list()).length === 0) {
  await endpoints.create({ url: deliverTo, topics: ['orders/*'], secret: SECRET });
}
await application.listen(0, '127.0.0.1');
say(await application.getUrl());
