import 'reflect-metadata';
import { createInterface } from 'node:readline';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { memoryEngine, RealtimeBus, RealtimeModule, WebhookEndpoints } from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { say } from '../support/say.js';
import { machineMs, type SendingAssignment, type SendingOrder, type Stamp } from './sending-assignment.js';

/** An application with many webhook endpoints, which publishes for them as it is told. */
const TICK_MS = 10;

const assignment = JSON.parse(process.argv[2]!) as SendingAssignment;
const { path, port, endpoints: count, rateLimit, timeoutMs } = assignment;
const engine = path === undefined ? memoryEngine() : lmdbEngine({ path });

@Module({
  imports: [
    RealtimeModule.forRoot({
      engine,
      webhooks: { allowHttp: true, allowAddresses: ['127.0.0.0/8'], timeoutMs },
    }),
  ],
})
class Application {}

const application = await NestFactory.createApplicationContext(Application, { logger: ['error'] });
const bus = application.get(RealtimeBus);
const endpoints = application.get(WebhookEndpoints);
let first = '';
for (let number = 0; number < count; number++) {
  const url = `http://127.0.${1 + Math.floor(number / 250)}.${1 + (number % 250)}:${port}/${number}`;
  const topics = [`tenants/${number}/*`];
  const { id } = await endpoints.create({ url, topics, ...(number === 0 && { rateLimit }) });
  if (number === 0) first = id;
}
say('ready');

let load: NodeJS.Timeout | undefined;
let next = 1;

for await (const line of createInterface({ input: process.stdin })) {
  say((await carryOut(JSON.parse(line) as SendingOrder)) ?? null);
}
process.exit();

async function carryOut(order: SendingOrder): Promise<unknown> {
  if (order === 'begin') return begin();
  if (order === 'end') return clearInterval(load);
  if (order === 'cpu') return cpuMs();
  if (order === 'records')
    return (await engine.records.list(`consumers/webhooks%2F${first}/`, { limit: 10_000 })).length;
  await Promise.all(Array.from({ length: order.backlog }, () => publish(0)));
  return order.backlog;
}

/** Publishes as much as is due at each tick, whenever that comes. */
function begin(): void {
  const [began, due] = [machineMs(), { others: 0, first: 0 }];
  load = setInterval(() => {
    const seconds = (machineMs() - began) / 1_000;
    for (; due.others < seconds * assignment.perSecond; due.others++) {
      void publish(next);
      next = next + 1 < count ? next + 1 : 1;
    }
    for (; due.first < seconds * assignment.perSecondToFirst; due.first++) void publish(0);
  }, TICK_MS);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

async function publish(to: number): Promise<void> {
  await bus.publish(`tenants/${to}/orders`, { to, at: machineMs() } satisfies Stamp);
}
