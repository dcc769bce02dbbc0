import { BadRequestException, Controller, Get } from '@nestjs/common';
import { type InboundWebhook, standardWebhooks, Webhook, WebhookEvent } from 'nestjs-realtime';
import { LEFTOVERS_SECRET } from '../secrets.js';
import { Books, type Entry } from './books.js';

const DRIVERS = ['Ada', 'Ben', 'Cleo'];

/** What the restaurant says of a box. */
interface Box {
  readonly order: string;
  readonly n: number;
  readonly portions: number;
}

@Controller()
export class BoxesController {
  constructor(private readonly books: Books) {}

  /** A box is ready: a driver fetches it. A call that comes twice is answered, and nothing runs. */
  @Webhook('leftovers', { scheme: standardWebhooks({ secret: LEFTOVERS_SECRET }) })
  async fetch(@WebhookEvent() { id: delivery, data }: InboundWebhook): Promise<{ driver: string }> {
    if (!isBox(data)) throw new BadRequestException('Say data.order, data.n and data.portions.');
    const { order, n: box, portions } = data.data;
    const driver = DRIVERS[(box - 1) % DRIVERS.length] ?? 'Ada';
    await this.books.write({ order, box, portions, driver, delivery });
    return { driver };
  }

  @Get()
  read(): Promise<Entry[]> {
    return this.books.read();
  }
}

function isBox(body: unknown): body is { readonly data: Box } {
  const data = (body as { data?: Partial<Box> } | null)?.data;
  return typeof data?.order === 'string' && Number.isInteger(data.n) && Number.isInteger(data.portions);
}
