import type { Box, OrderEvent, Serving, Ticket } from './order-events.js';
import { Spike } from './spike.js';

/** What fits on a spike. */
export const MOST_WISHES = 12;
const TICKET_LINES = 40;

/** What one table has ordered and got: the sum of its events, and what hangs on its spike. */
export class Order {
  readonly spike = new Spike();
  private readonly served: Serving[] = [];
  private readonly waiting = new Map<number, Box>();
  private isAutomatic = true;
  private servings = 0;
  private boxes = 0;
  private portions = 0;
  private servedAt = -Infinity;

  constructor(readonly id: string) {}

  /** Whether the kitchen cooks and packs for this table without being told to. */
  get automatic(): boolean {
    return this.isAutomatic;
  }

  /** Whether the table has as much on order as its spike can hold. */
  get isFull(): boolean {
    return this.spike.size >= MOST_WISHES;
  }

  /** Portions that are left over and not packed. */
  get leftovers(): number {
    return this.portions;
  }

  /** The state of the table; undefined until something has been served. */
  get ticket(): Ticket | undefined {
    return this.servings === 0 ? undefined : { order: this.id, served: [...this.served] };
  }

  /** Whether the last dish was served so long ago that the next may be. */
  isDue(now: number, paceMs: number): boolean {
    return now - this.servedAt >= paceMs;
  }

  /** Whether a wish was fulfilled. The kitchen may hear of one again: at least once is not exactly once. */
  hasServed(wish: string): boolean {
    return this.served.some((serving) => serving.wish === wish);
  }

  /** The line of the ticket that comes next. */
  nextServing(line: Pick<Serving, 'what' | 'wish' | 'call'>): Serving {
    return { n: this.servings + 1, time: new Date().toISOString(), ...line };
  }

  /** What is left over, as the box that comes next. */
  nextBox(): Box {
    return { order: this.id, n: this.boxes + 1, portions: this.portions };
  }

  /** A box that was packed and not fetched. */
  waitingBox(n: number): Box | undefined {
    return this.waiting.get(n);
  }

  /** Something has happened: now, or before the restaurant was started. */
  apply(event: OrderEvent): void {
    switch (event.type) {
      case 'dish.served':
        return this.serve(event.data);
      case 'leftovers.packed':
        return this.pack(event.data);
      case 'leftovers.fetched':
        return this.fetch(event.data);
      case 'kitchen.conducted':
        this.isAutomatic = event.data.automatic;
    }
  }

  private serve(serving: Serving): void {
    this.write(serving);
    this.portions++;
    this.servedAt = Date.parse(serving.time);
    this.spike.take(serving.wish);
  }

  private pack(box: Box): void {
    this.boxes = box.n;
    this.portions = 0;
    this.waiting.set(box.n, box);
  }

  private fetch(serving: Serving): void {
    this.write(serving);
    const n = serving.call?.n ?? 0;
    if (this.waiting.delete(n)) return;
    // A driver who came uncalled took what was left.
    this.boxes = n;
    this.portions = 0;
  }

  private write(serving: Serving): void {
    this.servings = serving.n;
    this.served.push(serving);
    if (this.served.length > TICKET_LINES) this.served.shift();
  }
}
