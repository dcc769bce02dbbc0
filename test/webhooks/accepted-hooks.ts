import { Controller, HttpCode, UseInterceptors } from '@nestjs/common';
import {
  Consumers,
  type InboundWebhook,
  memoryEngine,
  standardWebhooks,
  Webhook,
  WebhookEvent,
  WebhookMetrics,
  type WebhookOptions,
} from 'nestjs-realtime';
import { signWebhook } from 'nestjs-realtime/testing';
import { type AdapterName, type RunningApp, startApp } from '../support/app.js';
import { Inbox } from '../support/inbox.js';
import { type Answer, deliver } from './deliver.js';
import { JSON_TYPE } from './hooks.js';
import { OperatorLog } from './operator-log.js';

export const scheme = standardWebhooks({ secret: 'c2VjcmV0' });
/** Options of a webhook that is handled later. */
export const accepted: WebhookOptions = { scheme, ack: 'accepted' };

/** One run of the handler, which goes on when the test says how it ends. */
export interface Run {
  readonly event: InboundWebhook;
  end(): void;
  fail(error: Error): void;
}

export const runs = new Inbox<Run>();
export const run = (event: InboundWebhook): Promise<void> =>
  new Promise((resolve, reject) => runs.push({ event, end: resolve, fail: reject }));

@Controller('hooks')
export class Hooks {
  @Webhook('courier', { ...accepted, consumer: { retries: [1] } })
  picked(@WebhookEvent() event: InboundWebhook): Promise<void> {
    return run(event);
  }

  @Webhook(':tenant/paid', { ...accepted, name: ':paid', publish: false })
  @HttpCode(204)
  @UseInterceptors({ intercept: (_: unknown, next: { handle(): never }) => next.handle() })
  async paid(@WebhookEvent() event: InboundWebhook, @WebhookEvent() same: InboundWebhook): Promise<void> {
    if (same !== event || !(this instanceof Hooks)) throw new Error('It is called with something else.');
    await run(event);
  }
}

export interface HooksApp extends RunningApp {
  readonly metrics: WebhookMetrics;
  readonly consumers: Consumers;
  readonly log: OperatorLog;
}

/** An application with these webhooks. Shutdowns cut off at once what does not end. */
export async function startHooks(
  engine = memoryEngine(),
  adapter: AdapterName = 'express',
): Promise<HooksApp> {
  const log = new OperatorLog();
  const app = await startApp({
    adapter,
    controllers: [Hooks],
    realtime: { engine, shutdown: { timeoutMs: 1 } },
    application: { logger: log },
  });
  return Object.assign(app, {
    log,
    metrics: app.nest.get(WebhookMetrics),
    consumers: app.nest.get(Consumers),
  });
}

export const send = (app: RunningApp, body: string, id: string, headers = {}): Promise<Answer> =>
  deliver(`${app.url}/hooks/courier`, body, {
    ...JSON_TYPE,
    ...headers,
    ...signWebhook(scheme, body, { id }),
  });
