import { BadRequestException, Controller } from '@nestjs/common';
import { type InboundWebhook, standardWebhooks, Webhook, WebhookEvent } from 'nestjs-realtime';
import { Kitchen } from '../restaurant/kitchen.js';
import { Orders } from '../restaurant/orders.js';
import { isReport } from './leftovers.js';
import { SECRET } from './secret.js';

/** The fifth way: somebody else's server calls. */
@Controller('webhooks')
export class CharityController {
  constructor(
    private readonly kitchen: Kitchen,
    private readonly orders: Orders,
  ) {}

  /** The leftovers were fetched. Whoever watches the order hears of it, on any of the other four ways. */
  @Webhook('charity', { scheme: standardWebhooks({ secret: SECRET }) })
  async fetched(@WebhookEvent() webhook: InboundWebhook): Promise<{ portions: number }> {
    if (!isReport(webhook.data)) throw new BadRequestException('Say data.order and data.driver.');
    const { order, driver } = webhook.data.data;
    const { call } = await this.kitchen.fetchLeftovers(this.orders.get(order), driver, sizeOf(webhook));
    return { portions: call?.portions ?? 0 };
  }
}

/** Request line, headers and body, in bytes. */
function sizeOf({ headers, rawBody }: InboundWebhook): number {
  let bytes = 'POST /webhooks/charity HTTP/1.1\r\n\r\n'.length + rawBody.length;
  for (const [name, value] of Object.entries(headers)) bytes += name.length + String(value).length + 4;
  return bytes;
}
