import { BadRequestException, Controller } from '@nestjs/common';
import { type InboundWebhook, standardWebhooks, Webhook, WebhookEvent } from 'nestjs-realtime';
import { FETCHED_SECRET } from '../secrets.js';
import { isReport } from './fetched.js';
import { Leftovers } from './leftovers.js';

/** The fifth way, coming in: somebody else's server calls. */
@Controller('webhooks')
export class FetchedController {
  constructor(private readonly leftovers: Leftovers) {}

  /** A driver has fetched leftovers. Whoever watches the order hears of it, on any of the other four ways. */
  @Webhook('charity', { scheme: standardWebhooks({ secret: FETCHED_SECRET }) })
  async fetched(@WebhookEvent() webhook: InboundWebhook): Promise<{ portions: number }> {
    if (!isReport(webhook.data)) throw new BadRequestException('Say data.order and data.driver.');
    const call = await this.leftovers.fetched(webhook.data.data, sizeOf(webhook));
    return { portions: call?.portions ?? 0 };
  }
}

/** Request line, headers and body, in bytes. */
function sizeOf({ headers, rawBody }: InboundWebhook): number {
  let bytes = 'POST /webhooks/charity HTTP/1.1\r\n\r\n'.length + rawBody.length;
  for (const [name, value] of Object.entries(headers)) bytes += name.length + String(value).length + 4;
  return bytes;
}
