import {
  Body,
  Controller,
  Headers,
  HttpCode,
  type LoggerService,
  Post,
  type RawBodyRequest,
  Req,
} from '@nestjs/common';
import { expect } from '@jest/globals';
import {
  hmac,
  type InboundWebhook,
  Webhook,
  WebhookEvent,
  WebhookMetrics,
  type WebhookOptions,
  type WebhookScheme,
} from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { type AdapterName, type RunningApp, startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { type Answer, deliver } from './deliver.js';

export const JSON_TYPE = Object.freeze({ 'content-type': 'application/json' });

export const options: WebhookOptions = {
  scheme: hmac({ secret: 'secret', header: 'x-signature' }),
  dedupeMs: 0,
};

@Controller('hooks')
export class Hooks {
  @Webhook('courier', options)
  courier(@WebhookEvent() event: InboundWebhook): unknown {
    return { hook: event.data };
  }
}

@Controller('hooks')
export class Plain {
  @Post('plain')
  @HttpCode(200)
  plain(
    @Body() body: unknown,
    @Req() request: RawBodyRequest<object>,
    @Headers('content-type') type: string,
  ): unknown {
    return { body, type, raw: request.rawBody?.toString() };
  }
}

/** Delivers as the sender of these webhooks does. */
export function send(
  url: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return deliver(url, body, { ...JSON_TYPE, ...headers, ...signWebhook(options.scheme, body) });
}

/** What only a webhook's route answers: malformed JSON is a 401 before it is a 400. */
export async function expectWebhook(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  expect(await send(url, '{"a": 1}', headers)).toMatchObject({ status: 200, text: '{"hook":{"a":1}}' });
  expect(await deliver(url, '{"a":', { ...JSON_TYPE, ...headers })).toMatchObject({ status: 401 });
  expect(await send(url, '{"a":', headers)).toMatchObject({ status: 400 });
}

export interface RunningHook extends RunningApp {
  /** Its URL. */
  readonly hook: string;
  readonly events: Inbox<InboundWebhook>;
  readonly metrics: WebhookMetrics;
}

/** An application with one webhook, and what came in. */
export async function startHook(
  adapter: AdapterName,
  scheme: WebhookScheme,
  logger: LoggerService | false = false,
  { path = 'hook', publicUrl }: { readonly path?: string; readonly publicUrl?: string } = {},
): Promise<RunningHook> {
  const events = new Inbox<InboundWebhook>();
  @Controller()
  class Hook {
    @Webhook(path, { scheme, name: 'hook', publicUrl })
    hook(@WebhookEvent() event: InboundWebhook) {
      events.push(event);
    }
  }
  const app = await startApp({ adapter, controllers: [Hook], application: { logger } });
  const metrics = app.nest.get(WebhookMetrics);
  return Object.assign(app, { events, hook: `${app.url}/${path}`, metrics });
}
