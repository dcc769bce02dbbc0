import { Controller, Param, UseGuards } from '@nestjs/common';
import { LongPoll, ShortPoll, Sse, topics, type TopicRef } from 'nestjs-realtime';
import { GuestGuard } from '../guests/guest.guard.js';
import type { Ticket } from './order-events.js';
import { Orders } from './orders.js';
import { PARTY, servedTopic } from './topics.js';

/** Three of the five ways to hear what is served; the fourth is the socket gateway, the fifth a webhook. */
@Controller('orders/:id')
@UseGuards(GuestGuard)
export class OrdersController {
  constructor(private readonly orders: Orders) {}

  /** What is on the table? State mode: 202 until something is, then 200 once and 304 until it changes. */
  @ShortPoll('', { intervalMs: 1_000 })
  async ticket(@Param('id') id: string): Promise<Ticket | undefined> {
    return (await this.orders.get(id)).ticket;
  }

  /** What was served since? Log mode: answered as soon as there is something. */
  @LongPoll('log')
  log(@Param('id') id: string): TopicRef {
    return servedTopic(id);
  }

  /** What is served, and the cake for everybody: two topics on one stream, with one cursor. */
  @Sse('events', { envelope: true })
  events(@Param('id') id: string): TopicRef {
    return topics(servedTopic(id), PARTY);
  }
}
