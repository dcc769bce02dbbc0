import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { OnTopic, RealtimeBus, RealtimeModule, type TopicEvent } from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { say } from '../support/say.js';
import { CONCURRENCY, type ConsumingAssignment, type NumberedEvent } from './consuming-assignment.js';

/** Publishes events and sends them on, as fast as it can. */
const PUBLISHERS = 8;
const RETRIES = Array.from({ length: 100 }, () => 10);

const { path, url, from, to } = JSON.parse(process.argv[2]!) as ConsumingAssignment;

@Injectable()
class Deliveries {
  @OnTopic('orders/*', { durable: 'deliveries', concurrency: CONCURRENCY, retries: RETRIES })
  async send({ id, data: number }: TopicEvent<number>): Promise<void> {
    const { status } = await fetch(url, {
      method: 'POST',
      body: JSON.stringify({ id, number } satisfies NumberedEvent),
    });
    if (status !== 200) throw new Error(`The receiver answered with ${status}.`);
  }
}

@Module({
  imports: [RealtimeModule.forRoot({ engine: lmdbEngine({ path }) })],
  providers: [Deliveries],
})
class Application {}

const application = await NestFactory.createApplicationContext(Application, { logger: ['error'] });
// Stays, as a server would.
process.stdin.resume();
const bus = application.get(RealtimeBus);
let next = from;
for (let publisher = 0; publisher < PUBLISHERS; publisher++) void publish();

async function publish(): Promise<void> {
  while (next < to) {
    const number = next++;
    const { id } = await bus.publish(`orders/${number % 5}`, number);
    say({ id, number } satisfies NumberedEvent);
  }
}
