import type { Call, Serving, Ticket } from './serving.js';

const MOST_WISHES = 12;
const TICKET_LINES = 40;

/** What one table has ordered and got. */
export class Order {
  /** Whether the kitchen cooks for this table without being told to. */
  automatic = true;
  private readonly wishes: string[] = [];
  private readonly served: Serving[] = [];
  private count = 0;
  private calls = 0;
  private leftovers = 0;
  private servedAt = -Infinity;

  constructor(readonly id: string) {}

  /** Whether the table has as much on order as the stove can hold. */
  get isFull(): boolean {
    return this.wishes.length >= MOST_WISHES;
  }

  /** Whether the last dish was served so long ago that the next may be. */
  isDue(now: number, paceMs: number): boolean {
    return now - this.servedAt >= paceMs;
  }

  /** The state of the table; undefined until something has been served. */
  get ticket(): Ticket | undefined {
    return this.count === 0 ? undefined : { order: this.id, served: [...this.served] };
  }

  wish(dish: string): void {
    this.wishes.push(dish);
  }

  /** Serves what was ordered first; undefined when nothing is on order. */
  serve(): Serving | undefined {
    const what = this.wishes.shift();
    if (what === undefined) return undefined;
    this.leftovers++;
    this.servedAt = Date.now();
    return this.write({ type: 'dish.served', what });
  }

  fetchLeftovers(driver: string, bytes: number): Serving {
    const call: Call = { n: ++this.calls, portions: this.leftovers, bytes };
    this.leftovers = 0;
    return this.write({ type: 'leftovers.fetched', what: driver, call });
  }

  private write(line: Pick<Serving, 'type' | 'what' | 'call'>): Serving {
    const serving = { n: ++this.count, time: new Date().toISOString(), ...line };
    this.served.push(serving);
    if (this.served.length > TICKET_LINES) this.served.shift();
    return serving;
  }
}
