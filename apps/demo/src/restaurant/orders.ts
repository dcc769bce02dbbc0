import { Injectable, Logger, NotFoundException } from '@nestjs/common';
import { RealtimeBus, topic, type TopicRef } from 'nestjs-realtime';
import type { Subscription } from 'rxjs';
import { MOST_TABLES } from '../guests/guests.js';
import type { Wish } from './menu.js';
import { Order } from './order.js';

/** The topic on which a table hears what is served to it. */
export const servedTopic = (id: string): TopicRef => topic('orders', id);

/** The topic on which a table says what it would like. */
export const wishesTopic = (id: string): TopicRef => topic('orders', id, 'wishes');

/** All tables and their orders. */
@Injectable()
export class Orders {
  private readonly logger = new Logger(Orders.name);
  private readonly open = new Map<string, { order: Order; listening: Subscription }>();
  private count = 0;

  constructor(private readonly bus: RealtimeBus) {}

  /** Opens an order, and listens to what its table wishes after `since`. */
  begin(since: string): Order {
    const order = new Order(String(++this.count));
    const listening = this.bus.stream<Wish>(wishesTopic(order.id), { since }).subscribe({
      next: ({ data }) => order.wish(data.dish),
      error: (error: unknown) => this.logger.error(`Order ${order.id} is no longer heard: ${String(error)}`),
    });
    this.open.set(order.id, { order, listening });
    if (this.open.size > MOST_TABLES) this.closeOldest();
    return order;
  }

  find(id: string): Order | undefined {
    return this.open.get(id)?.order;
  }

  get(id: string): Order {
    const order = this.find(id);
    if (!order) throw new NotFoundException(`There is no order ${id}.`);
    return order;
  }

  all(): Order[] {
    return Array.from(this.open.values(), ({ order }) => order);
  }

  private closeOldest(): void {
    const [id, oldest] = this.open.entries().next().value ?? [];
    oldest?.listening.unsubscribe();
    if (id !== undefined) this.open.delete(id);
  }
}
