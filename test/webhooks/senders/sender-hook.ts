import { Agent } from 'node:http';
import { Controller } from '@nestjs/common';
import {
  type InboundWebhook,
  Webhook,
  WebhookEvent,
  WebhookMetrics,
  type WebhookOptions,
} from 'nestjs-realtime';
import type { WebhookDelivery } from 'nestjs-realtime/testing';
import { type AdapterName, startApp } from '../../support/app.js';
import { Inbox } from '../../support/inbox.js';
import { deliver } from '../deliver.js';
import { PUBLIC_URL, type Sender } from './sender.js';

export interface SenderHook extends AsyncDisposable {
  readonly events: Inbox<InboundWebhook>;
  readonly metrics: WebhookMetrics;
  send(sent: WebhookDelivery): Promise<{ status: number; text: string }>;
}

/** An application with one webhook for a sender's deliveries. */
export async function startSenderHook(
  adapter: AdapterName,
  { query = '' }: Sender,
  scheme: WebhookOptions['scheme'],
  options: Partial<WebhookOptions> = {},
): Promise<SenderHook> {
  const events = new Inbox<InboundWebhook>();
  @Controller()
  class Hook {
    @Webhook('hook', { scheme, ...options })
    hook(@WebhookEvent() event: InboundWebhook) {
      events.push(event);
      return 'ran';
    }
  }
  const app = await startApp({ adapter, controllers: [Hook], realtime: { publicUrl: PUBLIC_URL } });
  const metrics = app.nest.get(WebhookMetrics);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = async ({ headers, body }: WebhookDelivery) => {
    const { status, text } = await deliver(`${app.url}/hook${query}`, body, headers, agent);
    return { status, text };
  };
  const close = () => {
    agent.destroy();
    return app.close();
  };
  return { events, metrics, send, [Symbol.asyncDispose]: close };
}

export const RAN = { status: 200, text: 'ran' };
export const DUPLICATE = { status: 200, text: '' };
/** The statuses by which a delivery is refused. */
export const REFUSED = [400, 401];

/** The same with another value of a header. */
export function withHeader(sent: WebhookDelivery, name: string, value: string): WebhookDelivery {
  return { ...sent, headers: { ...sent.headers, [name]: value } };
}
