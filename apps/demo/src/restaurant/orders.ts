import { Injectable, NotFoundException, type OnModuleInit } from '@nestjs/common';
import { RealtimeBus, topics, type TopicRef } from 'nestjs-realtime';
import { InTurn } from '../in-turn.js';
import { RETENTION } from '../settings.js';
import type { OrderEvent } from './order-events.js';
import { Order } from './order.js';
import { kitchenTopic, leftoversTopic, servedTopic, TABLES } from './topics.js';

/** As many tables as the kitchen works for at once; whoever came first has to leave for the next. */
export const MOST_TABLES = 200;

/** Something that is to happen to an order. */
type Change = OrderEvent & { readonly topic: TopicRef };

/** An order that was begun. */
interface Taken {
  readonly order: string;
  readonly company: string;
}

/** An order that is at work. */
interface Entry {
  readonly order: Promise<Order>;
  readonly changes: InTurn;
}

/** All orders. What is kept of them is in the log; in memory is what the kitchen works for. */
@Injectable()
export class Orders implements OnModuleInit {
  private readonly atWork = new Map<string, Entry>();
  private readonly companies = new Map<string, string>();
  private count = 0;

  constructor(private readonly bus: RealtimeBus) {}

  async onModuleInit(): Promise<void> {
    const { events } = await this.bus.read<Taken>(TABLES, { since: 'earliest', limit: RETENTION.maxEvents });
    for (const { data } of events) this.take(data);
  }

  /**
   * Begins an order at a free table.
   * @param company those that the guest belongs to; left out, a new one
   * @returns its id, and the cursor after which all of it comes
   */
  async begin(company?: string): Promise<{ id: string; company: string; cursor: string }> {
    const id = String(this.count + 1);
    const taken = { order: id, company: company ?? id };
    this.take(taken);
    const { id: cursor } = await this.bus.publish(TABLES, taken, { type: 'table.taken' });
    return { id, company: taken.company, cursor };
  }

  /** Who ordered; undefined if nobody did, or if it was too long ago. */
  companyOf(id: string): string | undefined {
    return this.companies.get(id);
  }

  /** Whether an order is one of this company's. */
  isOf(id: string, company: unknown): boolean {
    return company !== undefined && this.companies.get(id) === company;
  }

  /** @throws NotFoundException when there never was one of this id */
  async get(id: string): Promise<Order> {
    return this.entry(id).order;
  }

  all(): Promise<Order[]> {
    return Promise.all(Array.from(this.atWork.values(), ({ order }) => order));
  }

  /**
   * Has something happen to an order: one thing after the other, and to be seen once it is in the log.
   * @param next what, seeing how the order is then; undefined for nothing
   */
  async change<T extends Change>(
    id: string,
    next: (order: Order) => T | undefined,
  ): Promise<T['data'] | undefined> {
    const { order, changes } = this.entry(id);
    return changes.run(async () => {
      const change = next(await order);
      if (!change) return undefined;
      await this.bus.publish(change.topic, change.data, { type: change.type });
      (await order).apply(change);
      return change.data;
    });
  }

  private take({ order, company }: Taken): void {
    this.count = Number(order);
    this.companies.set(order, company);
    this.companies.delete(String(this.count - RETENTION.maxEvents));
  }

  private entry(id: string): Entry {
    const known = this.atWork.get(id);
    if (known) return known;
    const n = Number(id);
    if (!(Number.isInteger(n) && n >= 1 && n <= this.count && String(n) === id)) {
      throw new NotFoundException(`There is no order ${id}.`);
    }
    const entry = { order: this.load(id), changes: new InTurn() };
    // Who asked for it hears why it could not be read, and can ask again.
    entry.order.catch(() => this.atWork.delete(id));
    this.atWork.set(id, entry);
    if (this.atWork.size > MOST_TABLES) this.closeOldest();
    return entry;
  }

  /** Reads what has happened. */
  private async load(id: string): Promise<Order> {
    const order = new Order(id);
    const all = topics(servedTopic(id), leftoversTopic(id), kitchenTopic(id));
    for (let since = 'earliest'; ;) {
      const { events, cursor, complete } = await this.bus.read(all, { since, limit: 1_000 });
      for (const { type, data } of events) order.apply({ type, data } as OrderEvent);
      if (complete) return order;
      since = cursor;
    }
  }

  private closeOldest(): void {
    const [id, oldest] = this.atWork.entries().next().value ?? [];
    if (id === undefined) return;
    this.atWork.delete(id);
    void oldest?.order.then(({ spike }) => spike.clear());
  }
}
